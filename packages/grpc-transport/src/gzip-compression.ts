import { promisify } from "node:util";
import { gunzip, gzip, type InputType, type ZlibOptions } from "node:zlib";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";

const compress = promisify<InputType, ZlibOptions, Buffer<ArrayBuffer>>(gzip);
const decompress = promisify<InputType, ZlibOptions, Buffer<ArrayBuffer>>(gunzip);

/** What zlib takes for a limit at most. */
const LARGEST_LIMIT = 0x7fffffff;

/** The gzip compression of gRPC, on Node's zlib. */
export const gzipCompression: Compression = {
  name: "gzip",

  async compress(bytes) {
    return plain(await compress(bytes, {}));
  },

  async decompress(bytes, readMaxBytes) {
    if (bytes.length === 0) return new Uint8Array(0);
    try {
      return plain(await decompress(bytes, { maxOutputLength: Math.min(readMaxBytes, LARGEST_LIMIT) || 1 }));
    } catch (cause) {
      const isTooLarge = cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
      throw isTooLarge
        ? new ConnectError(
            `A message exceeds ${readMaxBytes} bytes`,
            Code.ResourceExhausted,
            undefined,
            undefined,
            cause,
          )
        : new ConnectError("A message cannot be decompressed", Code.Internal, undefined, undefined, cause);
    }
  },
};

/** Protobuf hands out views of what it reads: they shall not be Buffers. */
function plain(buffer: Buffer<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
