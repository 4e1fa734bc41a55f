/** The header has room for 8 digits. */
const LARGEST_VALUE = 99_999_999;
const UNITS = [
  ["m", 1],
  ["S", 1000],
  ["M", 60_000],
  ["H", 3_600_000],
] as const;

/** The value of `grpc-timeout`: the finest unit that fits, rounded up so that the server gives up after the client. */
export function grpcTimeout(timeoutMs: number): string {
  for (const [unit, unitMs] of UNITS) {
    const value = Math.max(1, Math.ceil(timeoutMs / unitMs));
    if (value <= LARGEST_VALUE) return `${value}${unit}`;
  }
  return `${LARGEST_VALUE}H`;
}
