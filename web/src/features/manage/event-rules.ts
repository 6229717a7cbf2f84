import type { EventFormPartsFragment, QuestionInput, QuestionKind, QuestionScope } from "@/gql/graphql";
import type { Phrase } from "@/lib/i18n/i18n";
import { readAmount, writeAmount } from "./money-input";
import { basisPoints, limit, percentText, whole } from "./whole";

/** A question while it is edited; options are one a line. */
export interface QuestionDraft {
  /** Tells rows apart on the page; not sent. */
  row: string;
  id: string | null;
  label: string;
  kind: QuestionKind;
  scope: QuestionScope;
  required: boolean;
  options: string;
  maxLength: number;
  types: string[];
}

/** What holds for the whole event, while it is edited. */
export interface EventRules {
  capacity: string;
  perPerson: string;
  refunds: boolean;
  refundHours: string;
  /** In percent. */
  feeRate: string;
  feeAmount: string;
  cancelWithout: boolean;
  questions: QuestionDraft[];
}

let rows = 0;

export function newQuestion(): QuestionDraft {
  rows += 1;
  return {
    row: `question-${rows}`,
    id: null,
    label: "",
    kind: "TEXT",
    scope: "ORDER",
    required: false,
    options: "",
    maxLength: 0,
    types: [],
  };
}

export const plainEventRules: EventRules = {
  capacity: "",
  perPerson: "",
  refunds: true,
  refundHours: "",
  feeRate: "",
  feeAmount: "",
  cancelWithout: false,
  questions: [],
};

type Stored = Pick<EventFormPartsFragment, "capacity" | "perPersonLimit" | "questions" | "refundPolicy">;

export function eventRulesOf(event: Stored, currency: string): EventRules {
  const policy = event.refundPolicy;
  return {
    capacity: event.capacity == null ? "" : String(event.capacity),
    perPerson: event.perPersonLimit == null ? "" : String(event.perPersonLimit),
    refunds: policy?.allowed ?? true,
    refundHours: policy?.refundableUntilHours ? String(policy.refundableUntilHours) : "",
    feeRate: percentText(policy?.feeBasisPoints ?? 0),
    feeAmount: policy?.feeAmount ? writeAmount(policy.feeAmount, currency) : "",
    cancelWithout: policy?.cancelWithoutRefund ?? false,
    questions: event.questions.map(({ ticketTypeIds, options, ...question }) => ({
      ...newQuestion(),
      ...question,
      options: options.join("\n"),
      types: ticketTypeIds.map(String),
    })),
  };
}

/** The rules as both mutations take them. */
export interface EventRulesInput {
  capacity: number;
  perPersonLimit: number;
  questions: QuestionInput[];
  refundPolicy: {
    allowed: boolean;
    refundableUntilHours: number;
    feeBasisPoints: number;
    feeAmount: number;
    cancelWithoutRefund: boolean;
  };
}

/** The rules as input; what is wrong with them goes to `flaw` by its path. */
export function readEventRules(
  rules: EventRules,
  currency: string,
  flaw: (path: string, phrase: Phrase) => void,
): EventRulesInput {
  const capacity = limit(rules.capacity);
  const perPerson = limit(rules.perPerson);
  const hours = rules.refundHours.trim() === "" ? 0 : whole(rules.refundHours);
  const rate = basisPoints(rules.feeRate);
  const fee = rules.feeAmount.trim() === "" ? 0 : readAmount(rules.feeAmount, currency);
  if (capacity === null) flaw("capacity", "rules.badLimit");
  if (perPerson === null) flaw("perPersonLimit", "rules.badLimit");
  if (hours === null || hours > 8760) flaw("refundPolicy.refundableUntilHours", "rules.badHours");
  if (rate === null) flaw("refundPolicy.feeBasisPoints", "rules.badPercent");
  if (fee === null) flaw("refundPolicy.feeAmount", "manage.badPrice");
  const questions = rules.questions.map((question, at): QuestionInput => {
    const choice = question.kind === "CHOICE";
    const options = question.options
      .split("\n")
      .map((option) => option.trim())
      .filter((option) => option !== "");
    if (question.label.trim() === "") flaw(`questions.${at}.label`, "rules.needQuestion");
    if (choice && new Set(options).size < 2) flaw(`questions.${at}.options`, "rules.needOptions");
    return {
      id: question.id,
      label: question.label.trim(),
      kind: question.kind,
      scope: question.scope,
      required: question.required,
      options: choice ? options : [],
      maxLength: question.kind === "TEXT" && question.maxLength > 0 ? question.maxLength : null,
      ticketTypeIds: question.types,
    };
  });
  return {
    capacity: capacity ?? 0,
    perPersonLimit: perPerson ?? 0,
    questions,
    refundPolicy: {
      allowed: rules.refunds,
      refundableUntilHours: rules.refunds ? (hours ?? 0) : 0,
      feeBasisPoints: rules.refunds ? (rate ?? 0) : 0,
      feeAmount: rules.refunds ? (fee ?? 0) : 0,
      cancelWithoutRefund: rules.cancelWithout,
    },
  };
}
