/**
 * Reads the key that a server signs its states with.
 *
 * @param pem - `BEGIN PUBLIC KEY`, on P-256.
 * @returns Tells whether a signature (ECDSA over SHA-256, ASN.1 DER) is of this key.
 * @throws TypeError if it is none.
 */
export function signatureCheck(pem: string): (message: Uint8Array, signature: Uint8Array) => Promise<boolean> {
  const der = derOf(pem);
  let imported: Promise<CryptoKey> | undefined;
  return async (message, signature) => {
    const raw = rawSignature(signature);
    if (!raw) return false;
    imported ??= crypto.subtle.importKey("spki", der, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, await imported, raw, Uint8Array.from(message));
  };
}

function derOf(pem: string): Uint8Array<ArrayBuffer> {
  const [, base64] = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/.exec(pem) ?? [];
  const der = base64 === undefined ? new Uint8Array() : fromBase64(base64.replaceAll(/\s/g, ""));
  if (der.length === 91 && p256Head.every((byte, index) => der[index] === byte)) return der;
  throw new TypeError("Cannot connect: publicKey must be a public key on P-256 in PEM (BEGIN PUBLIC KEY)");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** What such a key begins with (RFC 5480): the names of its kind and its curve, then an uncompressed point. */
const p256Head: readonly number[] = [
  0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
  0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];

/** WebCrypto wants r and s as 32 bytes each, ASN.1 has them as integers of their own length. */
function rawSignature(der: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const r = integerAt(der, 2);
  const s = r && integerAt(der, r.end);
  if (!r || !s || s.end !== der.length) return undefined;
  const raw = new Uint8Array(64);
  raw.set(r.bytes, 32 - r.bytes.length);
  raw.set(s.bytes, 64 - s.bytes.length);
  return raw;
}

/** A positive integer of at most 32 bytes, without the zeros before it. */
function integerAt(der: Uint8Array, start: number): { bytes: Uint8Array; end: number } | undefined {
  const length = der[start + 1] ?? 0;
  const end = start + 2 + length;
  if (der[start] !== 0x02 || length === 0 || end > der.length) return undefined;
  let first = start + 2;
  while (der[first] === 0 && first < end) first += 1;
  return end - first <= 32 ? { bytes: der.subarray(first, end), end } : undefined;
}
