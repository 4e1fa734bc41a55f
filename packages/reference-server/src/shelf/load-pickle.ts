import {
  PickleCall,
  PickleGlobal,
  type PickleNames,
  PickleTuple,
  readForm,
  readPickle,
} from "@pumice/shelf-client/wire";
import { PythonError } from "./python-error.js";
import { PythonObject, pythonType } from "./python-type.js";
import { cannotRun, ShelfFunction } from "./shelf-function.js";

/**
 * What a request's pickle holds: plain data, `PickleTuple`s, `PythonObject`s, and `ShelfFunction`s for the forms that
 * Pumice's client sends. The names that it may use are listed here; nothing is ever run.
 *
 * @throws PickleError or PythonError with the words that the real server would have.
 */
export function loadPickle(bytes: Uint8Array): unknown {
  return readPickle(bytes, allowed, maxValues);
}

/** They take some hundred megabytes at worst, empty dicts. */
const maxValues = 2_000_000;

const evaluator = "builtins.eval";
const namedTuple = "dill._dill._create_namedtuple";
/** By which dill names a builtin type. */
const typeLoader = "dill._dill._load_type";
const itemClass = "shelfdb.shelf.schema.Item";
/** Classes whose objects can be loaded, but neither stored nor looked into. */
const opaque: ReadonlySet<string> = new Set([
  "builtins.complex",
  "datetime.date",
  "datetime.datetime",
  "datetime.time",
  "datetime.timedelta",
  "decimal.Decimal",
]);
/** By these, older protocols write bytes. */
const byteMakers: ReadonlySet<string> = new Set(["builtins.bytearray", "builtins.bytes", "_codecs.encode"]);
const names: ReadonlySet<string> = new Set([
  evaluator,
  ...byteMakers,
  "collections.OrderedDict",
  namedTuple,
  typeLoader,
  itemClass,
  ...opaque,
]);
const modules: ReadonlySet<string> = new Set([...names].map((name) => name.slice(0, name.lastIndexOf("."))));

/** The last line of every form's program. */
const formProgram = /\nlambda form: (filter|sort|edit)\(form\[1\]\),\n\)\[-1\]$/;

const allowed: PickleNames = {
  global(given, name) {
    const module = given === "__builtin__" ? "builtins" : given; // its name in protocol 2
    if (names.has(`${module}.${name}`)) return new PickleGlobal(module, name);
    // The official client sends a lambda as its bytecode.
    if (module === "dill._dill" && /^_create_(function|code|cell)$/.test(name)) throw cannotRun("a Python function");
    if (!modules.has(module)) throw new PythonError("ModuleNotFoundError", `No module named '${module}'`);
    throw new PythonError("AttributeError", `Can't get attribute '${name}' on <module '${module}'>`);
  },

  call(callable, args) {
    if (callable instanceof PickleCall) return functionOf(new PickleCall(callable, args));
    if (!(callable instanceof PickleGlobal)) {
      throw new PythonError("TypeError", `'${pythonType(callable)}' object is not callable`);
    }
    const name = `${callable.module}.${callable.name}`;
    if (opaque.has(name)) return new PythonObject(name.replace("builtins.", ""));
    if (byteMakers.has(name)) return bytesOf(args);
    switch (name) {
      case evaluator:
        if (!isFormProgram(args[0])) throw cannotRun("Python source");
        return new PickleCall(callable, args); // what it is called with says whether it is a form
      case "collections.OrderedDict":
        return new Map(); // its items follow
      case typeLoader:
        return typeNamed(args[0]);
      case namedTuple:
        return itemClassOf(args);
      default:
        return pairOf(args);
    }
  },
};

// Nothing but strings becomes a string below: a list of a few bytes may hold itself, or more than memory has room for.

function isFormProgram(source: unknown): boolean {
  return typeof source === "string" && formProgram.test(source);
}

function typeNamed(name: unknown): unknown {
  if (typeof name !== "string") throw new PythonError("KeyError", "type name");
  return allowed.global("builtins", name);
}

function functionOf(call: PickleCall): ShelfFunction {
  const [form] = call.args;
  if (countNodes(form, 0) > maxFormNodes) throw cannotRun("so large a form");
  const found = readForm(call);
  if (!found) throw cannotRun("Python source");
  return new ShelfFunction(found);
}

/** Far above what anybody writes, far below what takes long; a memo makes big trees of few bytes. */
const maxFormNodes = 200_000;
const maxFormDepth = 200;

function countNodes(value: unknown, depth: number): number {
  if (depth > maxFormDepth) return Number.POSITIVE_INFINITY;
  if (!Array.isArray(value) && !(value instanceof Map)) return 1;
  let count = 1;
  for (const item of value.values()) {
    count += countNodes(item, depth + 1);
    if (count > maxFormNodes) return count;
  }
  return count;
}

function bytesOf([content = new Uint8Array(), encoding]: readonly unknown[]): Uint8Array {
  if (content instanceof Uint8Array) return content;
  const isLatin = encoding === "latin1" || encoding === "latin-1";
  if (isLatin && typeof content === "string") return new Uint8Array(Buffer.from(content, "latin1"));
  throw new PythonError("TypeError", "encoding without a string argument");
}

/** The official client of the third generation makes its `Item` anew with each request. */
function itemClassOf([name, fields, module]: readonly unknown[]): PickleGlobal {
  const [key, value, ...others] = fields instanceof PickleTuple ? fields.items : [];
  const isItem = name === "Item" && key === "key" && value === "value" && others.length === 0;
  if (!isItem || module !== "shelfdb.shelf.schema") throw cannotRun("a class of the client's own");
  return new PickleGlobal("shelfdb.shelf.schema", "Item");
}

function pairOf(args: readonly unknown[]): PickleTuple {
  if (args.length !== 2) {
    throw new PythonError("TypeError", `Item.__new__() takes 3 positional arguments but ${args.length + 1} were given`);
  }
  return new PickleTuple(args);
}
