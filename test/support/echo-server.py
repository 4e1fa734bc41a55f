"""The echo service of node-echo.ts on Google's own gRPC library, the C core, for plain bytes.

Arguments: the port, and the name of the compression to answer with (none or gzip). Prints what becomes of calls.
"""

import asyncio
import sys

import grpc

# google.protobuf.BytesValue with fewer than 128 bytes: one tag, one length.
def bytes_value(text):
    return b"\x0a" + bytes([len(text)]) + text


def value_size(message):
    """The size of the value in an encoded BytesValue."""
    if not message:
        return 0
    size = shift = 0
    for byte in message[1:]:
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return size
    raise ValueError("no BytesValue")


def asked(context):
    return dict(context.invocation_metadata())


async def begin(context):
    echoed = [(key, value) for key, value in context.invocation_metadata() if key in ("x-echo", "x-echo-bin")]
    await context.send_initial_metadata(echoed)
    context.set_trailing_metadata(echoed)


async def finish(context):
    metadata = asked(context)
    if "x-hang" in metadata:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            print("cancelled", context.time_remaining() is not None, flush=True)
            raise
    if "x-fail" in metadata:
        code = next(code for code in grpc.StatusCode if code.value[0] == int(metadata["x-fail"]))
        await context.abort(code, "asked to fail: ü", context.trailing_metadata())


async def unary(request, context):
    await begin(context)
    await finish(context)
    return request


async def server_stream(request, context):
    await begin(context)
    for _ in range(int(asked(context).get("x-count", "1"))):
        yield request
    await finish(context)


async def client_stream(requests, context):
    await begin(context)
    total = 0
    async for request in requests:
        total += value_size(request)
    await finish(context)
    return bytes_value(str(total).encode())


async def bidi(requests, context):
    await begin(context)
    async for request in requests:
        yield request
    await finish(context)


async def main():
    compression = grpc.Compression.Gzip if sys.argv[2] == "gzip" else grpc.Compression.NoCompression
    server = grpc.aio.server(compression=compression, options=[("grpc.max_receive_message_length", -1)])
    methods = {
        "Unary": grpc.unary_unary_rpc_method_handler(unary),
        "ServerStream": grpc.unary_stream_rpc_method_handler(server_stream),
        "ClientStream": grpc.stream_unary_rpc_method_handler(client_stream),
        "Bidi": grpc.stream_stream_rpc_method_handler(bidi),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Echo", methods),))
    server.add_insecure_port(f"127.0.0.1:{sys.argv[1]}")
    await server.start()
    await server.wait_for_termination()


asyncio.run(main())
