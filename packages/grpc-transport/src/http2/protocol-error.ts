/** The server broke the protocol so that the whole connection ends (RFC 9113 section 5.4.1). */
export class ProtocolError extends Error {
  /** What GOAWAY tells the server, one of `ErrorCode`. */
  readonly errorCode: number;

  constructor(message: string, errorCode: number, options?: ErrorOptions) {
    super(message, options);
    this.name = "ProtocolError";
    this.errorCode = errorCode;
  }
}
