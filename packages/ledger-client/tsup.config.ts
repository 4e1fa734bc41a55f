import { library } from "../../tsup.library.ts";

export default library({ verify: "src/verify/index.ts", node: "src/index.node.ts" });
