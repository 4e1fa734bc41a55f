import assert from "node:assert/strict";
import { test } from "node:test";
import type { DescService } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import { ImmuService } from "@pumice/stubs/immudb";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { DCB } from "@pumice/stubs/umadb";

// Every rpc with its class: what carries a level may be repeated by a client on its own, even late; the rest may not.
// A line that moves here is a change of promise.

test("every rpc of ScoriaDB has the idempotency that is listed here", () => {
  assert.deepEqual(classes(ScoriaDB), {
    readOnly: "Get ListCF ListUsers Scan",
    idempotent: "",
    neverRepeated: "Authenticate BeginTxn ChangePassword CommitTxn CreateCF CreateUser Delete DeleteCF Put RollbackTxn",
  });
});

test("every rpc of UmaDB has the idempotency that is listed here", () => {
  assert.deepEqual(classes(DCB), {
    readOnly: "GetTrackingInfo Head Read Subscribe",
    idempotent: "",
    neverRepeated: "Append",
  });
});

test("every rpc of immudb has the idempotency that is listed here, 74 in all", () => {
  assert.equal(ImmuService.methods.length, 74);
  assert.deepEqual(classes(ImmuService), {
    readOnly:
      "Count CountAll CurrentState DatabaseHealth DatabaseList DatabaseListV2 DescribeTable Get GetAll " +
      "GetDatabaseSettings GetDatabaseSettingsV2 Health History ListTables ListUsers SQLQuery Scan ServerInfo TxById " +
      "TxScan UnarySQLQuery VerifiableGet VerifiableSQLGet VerifiableTxById ZScan exportTx streamGet streamHistory " +
      "streamScan streamVerifiableGet streamZScan",
    idempotent: "CloseSession KeepAlive",
    neverRepeated:
      "ChangePassword ChangePermission ChangeSQLPrivileges Commit CompactIndex CreateDatabase CreateDatabaseV2 " +
      "CreateDatabaseWith CreateUser Delete DeleteDatabase ExecAll FlushIndex LoadDatabase Login Logout NewTx " +
      "OpenSession Rollback SQLExec Set SetActiveUser SetReference TruncateDatabase TxSQLExec TxSQLQuery UnloadDatabase " +
      "UpdateAuthConfig UpdateDatabase UpdateDatabaseV2 UpdateMTLSConfig UseDatabase VerifiableSet " +
      "VerifiableSetReference VerifiableZAdd ZAdd replicateTx streamExecAll streamExportTx streamSet streamVerifiableSet",
  });
});

function classes(service: DescService): { readOnly: string; idempotent: string; neverRepeated: string } {
  const names = (level: Level) =>
    service.methods
      .filter(({ idempotency }) => idempotency === level)
      .map(({ name }) => name)
      .sort()
      .join(" ");
  return {
    readOnly: names(Level.NO_SIDE_EFFECTS),
    idempotent: names(Level.IDEMPOTENT),
    neverRepeated: names(Level.IDEMPOTENCY_UNKNOWN),
  };
}
