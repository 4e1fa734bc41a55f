import { library } from "../../tsup.library.ts";

export default library({
  index: "src/index.ts",
  "index.web": "src/index.web.ts",
  verify: "src/verify/index.ts",
  node: "src/index.node.ts",
});
