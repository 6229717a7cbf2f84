/** An amount of money as the API writes it: whole minor units. */
export interface Amount {
  amount: number;
  currency: string;
}

/** Whether two amounts are the same money. */
export function isSame(one: Amount, other: Amount): boolean {
  return one.amount === other.amount && one.currency === other.currency;
}

/** Writes money and instants for one locale. Instants are RFC 3339; zones are IANA names. */
export interface Formatter {
  /** `€12.50`; whole amounts without decimals when `short`. */
  money(value: Amount, short?: boolean): string;
  number(value: number): string;
  percent(value: number): string;
  /** `Fri, 12 Mar` in the event's zone; with the year when it is another than this one. */
  day(instant: string, zone?: string): string;
  /** `Friday, 12 March 2027`. */
  longDay(instant: string, zone?: string): string;
  /** `19:30`. */
  time(instant: string, zone?: string): string;
  /** The short name of the zone at that instant, `CET`. */
  zoneName(instant: string, zone: string): string;
  /** The parts of a calendar leaf: `12` and `Mar`. */
  leaf(instant: string, zone?: string): { day: string; month: string };
  /** `3 minutes ago`. */
  ago(instant: string, now: number): string;
}

const digits = new Map<string, number>();

/** How many decimals a currency has: 2 for EUR, 0 for JPY, 3 for KWD. */
export function currencyDigits(currency: string): number {
  let known = digits.get(currency);
  if (known === undefined) {
    try {
      const options = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
      known = options.maximumFractionDigits ?? 2;
    } catch {
      known = 2;
    }
    digits.set(currency, known);
  }
  return known;
}

/** The major units of an amount, for display and charts only: never compute with it. */
export function majorUnits(value: Amount): number {
  return value.amount / 10 ** currencyDigits(value.currency);
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

export function formatter(locale: string): Formatter {
  const made = new Map<string, Intl.DateTimeFormat>();
  const date = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
    const key = JSON.stringify(options);
    let found = made.get(key);
    if (!found) {
      try {
        found = new Intl.DateTimeFormat(locale, options);
      } catch {
        // A zone that this browser does not know: its own is better than no date.
        found = new Intl.DateTimeFormat(locale, { ...options, timeZone: undefined });
      }
      made.set(key, found);
    }
    return found;
  };
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

  return {
    money(value, short = false) {
      const whole = short && value.amount % 10 ** currencyDigits(value.currency) === 0;
      const options = { style: "currency", currency: value.currency } as const;
      return new Intl.NumberFormat(
        locale,
        whole ? { ...options, minimumFractionDigits: 0, maximumFractionDigits: 0 } : options,
      ).format(majorUnits(value));
    },
    number: (value) => number.format(value),
    percent: (value) => percent.format(value),
    day(instant, timeZone) {
      const when = new Date(instant);
      const sameYear = when.getUTCFullYear() === new Date().getUTCFullYear();
      return date({
        weekday: "short",
        day: "numeric",
        month: "short",
        year: sameYear ? undefined : "numeric",
        timeZone,
      }).format(when);
    },
    longDay: (instant, timeZone) =>
      date({ weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone }).format(
        new Date(instant),
      ),
    time: (instant, timeZone) => date({ timeStyle: "short", timeZone }).format(new Date(instant)),
    zoneName(instant, timeZone) {
      const parts = date({ hour: "numeric", timeZoneName: "short", timeZone }).formatToParts(
        new Date(instant),
      );
      return parts.find((part) => part.type === "timeZoneName")?.value ?? timeZone;
    },
    leaf: (instant, timeZone) => ({
      day: date({ day: "numeric", timeZone }).format(new Date(instant)),
      month: date({ month: "short", timeZone }).format(new Date(instant)),
    }),
    ago(instant, now) {
      const distance = Date.parse(instant) - now;
      for (const [unit, length] of steps) {
        if (Math.abs(distance) >= length) return relative.format(Math.trunc(distance / length), unit);
      }
      return relative.format(0, "second");
    },
  };
}
