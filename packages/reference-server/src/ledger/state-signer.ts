import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { bigEndian } from "./hashing.js";

/** A state that is signed: after a transaction, in one database. */
export interface StateToSign {
  readonly database: string;
  readonly txId: bigint;
  readonly txHash: Uint8Array;
}

/** Signs states as a server with a signing key does: ECDSA on P-256 over SHA-256, in DER. */
export class StateSigner {
  private readonly key: KeyObject;
  private readonly point: Uint8Array;

  /**
   * @param pem - A private key on P-256.
   * @throws TypeError if it is none.
   */
  constructor(pem: string) {
    this.key = privateKey(pem);
    const { x = "", y = "" } = createPublicKey(this.key).export({ format: "jwk" });
    this.point = Buffer.concat([Buffer.from([4]), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  }

  sign({ database, txId, txHash }: StateToSign): { publicKey: Uint8Array; signature: Uint8Array } {
    const name = Buffer.from(database);
    const message = Buffer.concat([bigEndian.u32(name.length), name, bigEndian.u64(txId), txHash]);
    return { publicKey: this.point, signature: sign("sha256", message, this.key) };
  }
}

function privateKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw new TypeError("ledger.signingKey must be a private key in PEM", { cause });
  }
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  if (namedCurve !== "prime256v1") {
    throw new TypeError(`ledger.signingKey must be a key on P-256, got ${namedCurve ?? key.asymmetricKeyType}`);
  }
  return key;
}
