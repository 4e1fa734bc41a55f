import { library } from "../../tsup.library.ts";

export default library({
  scoriadb: "src/scoriadb/scoriadb_pb.ts",
  umadb: "src/umadb/v1/dcb_pb.ts",
  immudb: "src/immudb/schema/schema_pb.ts",
});
