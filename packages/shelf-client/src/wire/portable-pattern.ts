import { type CodePointSet, codePointSet, complement, ignoringAsciiCase } from "./code-point-set.js";

/**
 * A pattern that JavaScript (with the flag `u`) and Python (with `re.ASCII`) read alike, made of a regular expression.
 *
 * Taken are literals, `.`, `\d \D \w \W \s \S` in JavaScript's meaning, `\b`, escapes of single characters, `[...]`,
 * `(...)`, `(?:...)`, `(?=...)`, `(?!...)`, `|`, `^`, `$`, greedy and lazy quantifiers, and the flags `s`, `u` and `i`,
 * which ignores the case of ASCII letters only. Characters are code points, as with `u`. Groups capture nothing.
 *
 * @throws TypeError that names what is not in this list, which is all that the two languages do not share:
 * backreferences, lookbehind, `\B`, `\p`, and the flags `g`, `m`, `v` and `y`.
 */
export function portablePattern(expression: RegExp): string {
  return new Translator(expression).pattern();
}

const digits: CodePointSet = [[0x30, 0x39]];
const wordCharacters: CodePointSet = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
/** ECMAScript's WhiteSpace and LineTerminator. */
// biome-ignore format: a table
const spaces: CodePointSet = [
  [0x09, 0x0d], [0x20, 0x20], [0xa0, 0xa0], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f],
  [0x205f, 0x205f], [0x3000, 0x3000], [0xfeff, 0xfeff],
];
const lineTerminators: CodePointSet = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];
const shorthands: Readonly<Record<string, CodePointSet>> = {
  d: digits,
  D: complement(digits),
  w: wordCharacters,
  W: complement(wordCharacters),
  s: spaces,
  S: complement(spaces),
};
const controls: Readonly<Record<string, number>> = { t: 0x09, n: 0x0a, v: 0x0b, f: 0x0c, r: 0x0d };
const syntaxCharacters = "^$\\.*+?()[]{}|/";
const maxRepeat = 1000;

class Translator {
  private readonly source: string;
  private position = 0;

  constructor(private readonly expression: RegExp) {
    for (const flag of expression.flags) if (!"isu".includes(flag)) this.refuse(`the flag ${flag}`);
    this.source = expression.source;
  }

  pattern(): string {
    const pattern = this.alternatives();
    if (this.position < this.source.length) this.refuse("an unpaired )");
    return pattern;
  }

  private alternatives(): string {
    const branches = [this.branch()];
    while (this.skip("|")) branches.push(this.branch());
    return branches.join("|");
  }

  private branch(): string {
    let text = "";
    while (this.position < this.source.length && !this.at("|") && !this.at(")")) text += this.term();
    return text;
  }

  private term(): string {
    if (this.skip("^")) return "^";
    if (this.skip("$")) return `(?!${printSet(complement([]))})`; // Python's $ also stands before a last newline
    if (this.skip("\\b")) return "\\b";
    if (this.skip("(?=")) return this.group("(?=");
    if (this.skip("(?!")) return this.group("(?!");
    return this.atom() + this.quantifier();
  }

  private atom(): string {
    if (this.skip("(?:")) return this.group("(?:");
    if (this.at("(?")) this.refuse("a group of the kind (?<, or with flags of its own");
    if (this.skip("(")) return this.group("(?:");
    if (this.skip("[")) return printSet(this.bracket());
    if (this.skip(".")) return printSet(this.expression.dotAll ? complement([]) : complement(lineTerminators));
    if (this.skip("\\")) return printSet(this.folded(this.escape("")));
    const character = this.character();
    if ("*+?{}]".includes(character)) this.refuse(`a ${character} without a backslash`);
    return printSet(this.folded(single(character)));
  }

  private group(opening: string): string {
    const inside = this.alternatives();
    if (!this.skip(")")) this.refuse("an unpaired (");
    return `${opening}${inside})`;
  }

  private quantifier(): string {
    const [found] = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(this.source.slice(this.position)) ?? [""];
    for (const [count] of found.matchAll(/\d+/g)) {
      if (Number(count) > maxRepeat) this.refuse(`a count above ${maxRepeat}`);
    }
    this.position += found.length;
    return found;
  }

  private bracket(): CodePointSet {
    const negated = this.skip("^");
    const ranges: (readonly [number, number])[] = [];
    while (!this.skip("]")) {
      const from = this.classAtom();
      if (this.at("-") && !this.at("-]")) {
        this.skip("-");
        const to = this.classAtom();
        const [[first] = []] = from;
        const [[, last] = []] = to;
        if (!isSingle(from) || !isSingle(to) || first === undefined || last === undefined || first > last) {
          return this.refuse("a range in [...] that is none");
        }
        ranges.push([first, last]);
      } else {
        ranges.push(...from);
      }
    }
    const set = this.folded(codePointSet(ranges));
    return negated ? complement(set) : set;
  }

  private classAtom(): CodePointSet {
    if (this.position >= this.source.length) this.refuse("an unpaired [");
    if (this.skip("\\b")) return [[0x08, 0x08]];
    return this.skip("\\") ? this.escape("-") : single(this.character());
  }

  /** What stands behind a backslash. */
  private escape(alsoLiteral: string): CodePointSet {
    const hex = /^(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\})/i.exec(this.source.slice(this.position));
    if (hex) return this.hexEscape(hex);
    const character = this.character();
    const set = shorthands[character];
    if (set) return set;
    const control = controls[character];
    if (control !== undefined) return [[control, control]];
    if (character === "0" && !/^\d/.test(this.source.slice(this.position))) return [[0, 0]];
    if (!syntaxCharacters.includes(character) && !alsoLiteral.includes(character)) this.refuse(`\\${character}`);
    return single(character);
  }

  private hexEscape([text, ...groups]: RegExpExecArray): CodePointSet {
    this.position += text.length;
    const code = Number.parseInt(groups.find((group) => group !== undefined) ?? "", 16);
    const low = /^\\u(d[c-f][0-9a-f]{2})/i.exec(this.source.slice(this.position))?.[1];
    if (low !== undefined && code >= 0xd800 && code < 0xdc00) {
      this.position += 6;
      const pair = (code - 0xd800) * 0x400 + (Number.parseInt(low, 16) - 0xdc00) + 0x10000;
      return [[pair, pair]];
    }
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) this.refuse(text);
    return [[code, code]];
  }

  private folded(set: CodePointSet): CodePointSet {
    return this.expression.ignoreCase ? ignoringAsciiCase(set) : set;
  }

  private character(): string {
    const code = this.source.codePointAt(this.position);
    if (code === undefined || (code >= 0xd800 && code < 0xe000)) return this.refuse("half a surrogate pair, or an end");
    const character = String.fromCodePoint(code);
    this.position += character.length;
    return character;
  }

  private at(text: string): boolean {
    return this.source.startsWith(text, this.position);
  }

  private skip(text: string): boolean {
    const found = this.at(text);
    if (found) this.position += text.length;
    return found;
  }

  private refuse(found: string): never {
    throw new TypeError(`Cannot match ${this.expression}: JavaScript and Python do not share ${found}`);
  }
}

function single(character: string): CodePointSet {
  const code = character.codePointAt(0) ?? 0;
  return [[code, code]];
}

function isSingle(set: CodePointSet): boolean {
  const [[first, last] = []] = set;
  return set.length === 1 && first === last;
}

/** Letters and digits as they are; what either language might take for syntax as a number that both read. */
function printSet(set: CodePointSet): string {
  const [[first] = []] = set;
  if (first !== undefined && isSingle(set)) return printCharacter(first);
  if (first === undefined) return "(?:(?!))"; // [] matches nothing
  return `[${set.map(([from, to]) => (from === to ? printCharacter(from) : `${printCharacter(from)}-${printCharacter(to)}`)).join("")}]`;
}

function printCharacter(code: number): string {
  const character = String.fromCodePoint(code);
  if (/^[0-9A-Za-z]$/.test(character)) return character;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code >= 0xd800 && code < 0xe000 ? `\\u${code.toString(16)}` : character;
}
