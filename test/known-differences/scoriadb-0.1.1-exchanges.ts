/** An exchange of the recording that the reference server answers otherwise than ScoriaDB 0.1.1 did. */
export interface ExchangeDifference {
  readonly reason: string;
  /** What the reference server answers: messages in JSON, then the error. */
  readonly answer: string;
}

const reasons = {
  timestamp: "0.1.1 answers every timestamp as 1; here they grow",
  snapshot: "0.1.1 ignores snapshot_ts; here nothing was there at 1",
  unknownFamily: "0.1.1 says INTERNAL for a family that does not exist",
  tombstone: "0.1.1 goes on listing deleted keys",
  twelve: "0.1.1 cannot scan a value of 12 bytes, and lists deleted keys",
  emptyValue: "0.1.1 takes an empty value for a missing key",
  createFamily: "0.1.1 cannot create families",
  commit: "0.1.1 ignores the operations of a commit; here one wrote t1 and deleted user:1",
  transactionId: "0.1.1 gives the id of an open transaction a second time, and every timestamp as 1",
  wrongArgument: "0.1.1 says INTERNAL for what the caller did wrong",
} as const;

/** By the number of the exchange in the recording, counted from 0, and its rpc. */
export const exchangeDifferences: Readonly<Record<string, ExchangeDifference>> = {
  "5 Put": { reason: reasons.timestamp, answer: '{"commitTs":"4"}' },
  "6 Put": { reason: reasons.timestamp, answer: '{"commitTs":"5"}' },
  "7 Put": { reason: reasons.timestamp, answer: '{"commitTs":"6"}' },
  "10 Get": { reason: reasons.snapshot, answer: '{"value":"","found":false}' },
  "11 Get": { reason: reasons.unknownFamily, answer: 'NotFound: column family "nope" not found' },
  "12 Put": { reason: reasons.unknownFamily, answer: 'NotFound: column family "nope" not found' },
  "13 Delete": { reason: reasons.unknownFamily, answer: 'NotFound: column family "nope" not found' },
  "14 Delete": { reason: reasons.timestamp, answer: '{"commitTs":"7"}' },
  "15 Delete": { reason: reasons.timestamp, answer: '{"commitTs":"8"}' },
  "16 Scan": { reason: reasons.tombstone, answer: '{"key":"user:1","value":"Alice"}' },
  "17 Scan": {
    reason: reasons.tombstone,
    answer: '{"key":"\\u0000ÿ\u0080","value":"\\u0001\\u0002\\u0003\\u0000ÿ"} {"key":"user:1","value":"Alice"}',
  },
  "19 Scan": { reason: reasons.unknownFamily, answer: 'NotFound: column family "nope" not found' },
  "20 Put": { reason: reasons.timestamp, answer: '{"commitTs":"9"}' },
  "22 Scan": { reason: reasons.twelve, answer: '{"key":"twelve","value":"123456789012"}' },
  "23 Scan": {
    reason: reasons.twelve,
    answer:
      '{"key":"\\u0000ÿ\u0080","value":"\\u0001\\u0002\\u0003\\u0000ÿ"} {"key":"twelve","value":"123456789012"} {"key":"user:1","value":"Alice"}',
  },
  "24 Delete": { reason: reasons.timestamp, answer: '{"commitTs":"10"}' },
  "25 Put": { reason: reasons.timestamp, answer: '{"commitTs":"11"}' },
  "26 Get": { reason: reasons.emptyValue, answer: '{"value":"","found":true}' },
  "27 Put": { reason: reasons.timestamp, answer: '{"commitTs":"12"}' },
  "30 CreateCF": { reason: reasons.createFamily, answer: "{}" },
  "32 DeleteCF": { reason: reasons.unknownFamily, answer: 'NotFound: column family "nope" not found' },
  "33 BeginTxn": { reason: reasons.timestamp, answer: '{"txnId":"txn-1","startTs":"14"}' },
  "34 BeginTxn": { reason: reasons.timestamp, answer: '{"txnId":"txn-2","startTs":"15"}' },
  "36 Get": { reason: reasons.commit, answer: '{"value":"v","found":true}' },
  "37 BeginTxn": { reason: reasons.transactionId, answer: '{"txnId":"txn-3","startTs":"17"}' },
  "43 CreateUser": { reason: reasons.wrongArgument, answer: "InvalidArgument: invalid role: king" },
  "44 CreateUser": { reason: reasons.wrongArgument, answer: "InvalidArgument: password cannot be empty" },
  "46 Get": { reason: reasons.commit, answer: '{"value":"","found":false}' },
  "48 Scan": { reason: reasons.commit, answer: "" },
  "54 ChangePassword": { reason: reasons.wrongArgument, answer: "InvalidArgument: password cannot be empty" },
};
