import type { DescMethod, DescService } from "@bufbuild/protobuf";

/** The same service under another name: a path of its own, the same messages. */
export function serviceAlias<S extends DescService>(service: S, typeName: string): S {
  const alias = { ...service, typeName, methods: [] as DescMethod[], method: {} as Record<string, DescMethod> };
  for (const method of service.methods) {
    const renamed = { ...method, parent: alias as DescService } as DescMethod;
    alias.methods.push(renamed);
    alias.method[method.localName] = renamed;
  }
  return alias;
}
