import { connectShelf, type Shelf, type ShelfClient, type ShelfValue } from "@pumice/shelf-client";

/** A server that a suite runs against. */
export interface ShelfTarget {
  readonly name: string;
  readonly url: string;
}

export const connectV2 = ({ url }: ShelfTarget): ShelfClient<2> => connectShelf(url, { protocol: 2 });
export const connectV3 = ({ url }: ShelfTarget): ShelfClient<3> => connectShelf(url, { protocol: 3 });

/** A client that has to find out what it talks to. */
export const connectAuto = ({ url }: ShelfTarget): ShelfClient => connectShelf(url);

/** A name that no other test has used. */
export function freshName(): string {
  return `shelf-${crypto.randomUUID()}`;
}

/** A shelf with a few documents, of which two lack fields. */
export async function filledShelf(db: ShelfClient): Promise<Shelf<Document>> {
  const shelf = db.shelf(freshName()) as unknown as Shelf<Document>;
  await shelf.putMany(Object.entries(documents).map(([key, data]) => ({ key, data })));
  return shelf;
}

export type Document = { readonly [key: string]: ShelfValue };

export const documents: Readonly<Record<string, Document>> = {
  a: { n: 10, title: "Pumice", tags: ["rock", "light"], address: { city: "Naples" } },
  b: { n: 2, title: "Putty" },
  c: { n: 34, title: "Basalt", tags: [] },
  d: { n: 4, title: null },
  e: { done: true },
};
