/** A phrase by number, for the plural categories of the language; `other` is the fallback. */
export type Plural = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

/** A catalogue: phrases by name, in groups. */
export interface Catalogue {
  [name: string]: string | Plural | Catalogue;
}

/** The dotted names of all phrases in a catalogue. */
export type PhraseName<C> = {
  [K in keyof C & string]: C[K] extends string | Plural ? K : `${K}.${PhraseName<C[K]>}`;
}[keyof C & string];

/** A catalogue in another language: the same names, other words. */
export type Translation<C> = {
  [K in keyof C]: C[K] extends string ? string : C[K] extends Plural ? Plural : Translation<C[K]>;
};

export type Values = Readonly<Record<string, string | number>>;

function isPlural(entry: Plural | Catalogue): entry is Plural {
  return typeof entry.other === "string";
}

function find(catalogue: Catalogue, name: string): string | Plural | undefined {
  let entry: string | Plural | Catalogue | undefined = catalogue;
  for (const part of name.split(".")) {
    if (entry === undefined || typeof entry === "string" || isPlural(entry as Catalogue)) return undefined;
    entry = (entry as Catalogue)[part];
  }
  return typeof entry === "string" || (entry && isPlural(entry)) ? entry : undefined;
}

/**
 * Makes the function that says a phrase: `{name}` in it is replaced by the value of that name, numbers are written
 * as the locale writes them, and `count` picks the plural form. A name without a phrase says itself.
 */
export function translator(catalogue: Catalogue, locale: string) {
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  return (name: string, values: Values = {}): string => {
    const entry = find(catalogue, name);
    if (entry === undefined) return name;
    let phrase: string;
    if (typeof entry === "string") phrase = entry;
    else phrase = entry[plural.select(Number(values.count ?? 0))] ?? entry.other;
    return phrase.replace(/\{(\w+)\}/g, (whole, key: string) => {
      const value = values[key];
      if (value === undefined) return whole;
      return typeof value === "number" ? number.format(value) : value;
    });
  };
}
