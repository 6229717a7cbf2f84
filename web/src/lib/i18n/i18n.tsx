import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { type Formatter, formatter } from "../format/format";
import { en } from "./en";
import { type Catalogue, type PhraseName, type Translation, translator, type Values } from "./translate";

/** The name of a phrase that exists. */
export type Phrase = PhraseName<typeof en>;

/** Says a phrase in the language of the page. */
export type Say = (phrase: Phrase, values?: Values) => string;

type Loader = () => Promise<Translation<typeof en>>;

/** The languages besides English, each in a chunk of its own that is loaded when somebody reads it. */
const others: Readonly<Record<string, Loader>> = {};

interface I18n {
  locale: string;
  say: Say;
  format: Formatter;
}

/** The first of the reader's locales whose language is spoken here; `en-GB` if none is. */
export function chooseLocale(preferred: readonly string[]): string {
  for (const locale of preferred) {
    const language = locale.split("-")[0]?.toLowerCase() ?? "";
    if (language === "en" || language in others) return locale;
  }
  return "en-GB";
}

function bundle(locale: string, catalogue: Catalogue): I18n {
  return { locale, say: translator(catalogue, locale), format: formatter(locale) };
}

const Context = createContext<I18n>(bundle("en-GB", en));

export function I18nProvider({ children }: { children: ReactNode }) {
  const locale = useMemo(() => chooseLocale(navigator.languages), []);
  const [catalogue, setCatalogue] = useState<Catalogue>(en);

  useEffect(() => {
    document.documentElement.lang = locale;
    void others[locale.split("-")[0] ?? ""]?.().then(setCatalogue);
  }, [locale]);

  const value = useMemo(() => bundle(locale, catalogue), [locale, catalogue]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useI18n(): I18n {
  return useContext(Context);
}
