import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { checkFamilyName } from "./family-name.js";
import type { KvFamilies } from "./kv-administration.js";
import type { KvRpcs } from "./rpcs.js";

const { listCF, createCF, deleteCF } = ScoriaDB.method;

/** The column families of a server. */
export function kvFamilies({ stub, calls }: KvRpcs): KvFamilies {
  return {
    async list(options = {}) {
      const { cfNames } = await calls.unary(listCF, options, (call) => stub.listCF({}, call));
      return cfNames;
    },
    async create(name, options = {}) {
      const request = { name: checkFamilyName(name) };
      await calls.unary(createCF, options, (call) => stub.createCF(request, call));
    },
    async drop(name, options = {}) {
      const request = { name: checkFamilyName(name) };
      await calls.unary(deleteCF, options, (call) => stub.deleteCF(request, call));
    },
  };
}
