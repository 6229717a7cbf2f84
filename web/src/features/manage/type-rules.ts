import type { TicketKind, TicketTypeInput, TicketVisibility } from "@/gql/graphql";
import type { Phrase } from "@/lib/i18n/i18n";
import { basisPoints, limit, percentText } from "./whole";

/** What a ticket type is and who may have how many, while it is edited. */
export interface TypeRules {
  kind: TicketKind;
  visibility: TicketVisibility;
  perPerson: string;
  perAdmission: string;
  /** In percent. */
  taxRate: string;
  taxName: string;
}

export const plainRules: TypeRules = {
  kind: "ADMISSION",
  visibility: "PUBLIC",
  perPerson: "",
  perAdmission: "",
  taxRate: "",
  taxName: "",
};

interface Stored {
  kind: TicketKind;
  visibility: TicketVisibility;
  perPersonLimit?: number | null;
  maxPerAdmission?: number | null;
  taxRate: number;
  taxName: string;
}

export function typeRulesOf(type: Stored): TypeRules {
  return {
    kind: type.kind,
    visibility: type.visibility,
    perPerson: type.perPersonLimit == null ? "" : String(type.perPersonLimit),
    perAdmission: type.maxPerAdmission == null ? "" : String(type.maxPerAdmission),
    taxRate: percentText(type.taxRate),
    taxName: type.taxName,
  };
}

type RulesInput = Required<
  Pick<TicketTypeInput, "kind" | "visibility" | "perPersonLimit" | "maxPerAdmission" | "taxRate" | "taxName">
>;

/** The rules as input; what is wrong with them goes to `flaw`. */
export function readTypeRules(rules: TypeRules, flaw: (field: string, phrase: Phrase) => void): RulesInput {
  const perPerson = limit(rules.perPerson);
  const perAdmission = rules.kind === "ADD_ON" ? limit(rules.perAdmission) : 0;
  const taxRate = basisPoints(rules.taxRate);
  if (perPerson === null) flaw("perPersonLimit", "rules.badLimit");
  if (perAdmission === null) flaw("maxPerAdmission", "rules.badLimit");
  if (taxRate === null) flaw("taxRate", "rules.badPercent");
  else if (taxRate > 0 && rules.taxName.trim() === "") flaw("taxName", "rules.needTaxName");
  return {
    kind: rules.kind,
    visibility: rules.visibility,
    perPersonLimit: perPerson ?? 0,
    maxPerAdmission: perAdmission ?? 0,
    taxRate: taxRate ?? 0,
    taxName: taxRate ? rules.taxName.trim() : "",
  };
}
