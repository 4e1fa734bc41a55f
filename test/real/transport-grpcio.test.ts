import { startPythonEcho } from "../support/python-echo.js";
import { transportSuite } from "../support/transport-suite.js";

transportSuite({ name: "Python's grpcio", start: () => startPythonEcho() });
transportSuite({ name: "Python's grpcio answering with gzip", start: () => startPythonEcho("gzip") });
