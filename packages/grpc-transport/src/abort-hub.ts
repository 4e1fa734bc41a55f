/** A call that ends when a signal fires. */
export interface Abortable {
  abort(reason: unknown): void;
}

interface Group {
  readonly members: Set<Abortable>;
  readonly listener: () => void;
}

/**
 * Puts one listener on a signal however many calls share it, and none once they have ended.
 *
 * Adding and removing a listener costs more than a small call's framing, and many of them are taken for a leak.
 */
export class AbortHub {
  readonly #groups: WeakMap<AbortSignal, Group> = new WeakMap();

  add(signal: AbortSignal, member: Abortable): void {
    let group = this.#groups.get(signal);
    if (!group) {
      const members = new Set<Abortable>();
      const listener = () => {
        this.#groups.delete(signal);
        for (const each of members) each.abort(signal.reason);
      };
      group = { members, listener };
      this.#groups.set(signal, group);
    }
    if (group.members.size === 0) signal.addEventListener("abort", group.listener, { once: true });
    group.members.add(member);
  }

  delete(signal: AbortSignal, member: Abortable): void {
    const group = this.#groups.get(signal);
    if (!group?.members.delete(member) || group.members.size > 0) return;
    signal.removeEventListener("abort", group.listener);
  }
}
