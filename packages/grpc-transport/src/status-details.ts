import { BinaryReader } from "@bufbuild/protobuf/wire";

/** A `google.rpc.Status`, its details as Connect wants them. */
export interface StatusDetails {
  readonly code: number;
  readonly message: string;
  readonly details: { readonly type: string; readonly value: Uint8Array }[];
}

/** Decodes what `grpc-status-details-bin` holds by the book. @throws if the bytes are something else. */
export function decodeStatusDetails(bytes: Uint8Array): StatusDetails {
  const reader = new BinaryReader(bytes);
  let code = 0;
  let message = "";
  const details: { type: string; value: Uint8Array }[] = [];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1 && wireType === 0) code = reader.int32();
    else if (field === 2 && wireType === 2) message = reader.string();
    else if (field === 3 && wireType === 2) details.push(decodeAny(reader.bytes()));
    else reader.skip(wireType, field);
  }
  return { code, message, details };
}

/** A `google.protobuf.Any`; the type is what follows the last slash of its URL. */
function decodeAny(bytes: Uint8Array): { type: string; value: Uint8Array } {
  const reader = new BinaryReader(bytes);
  let url = "";
  let value: Uint8Array = new Uint8Array(0);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1 && wireType === 2) url = reader.string();
    else if (field === 2 && wireType === 2) value = reader.bytes();
    else reader.skip(wireType, field);
  }
  return { type: url.slice(url.lastIndexOf("/") + 1), value };
}
