import { type ComponentProps, type ReactNode, useId } from "react";
import { classes } from "./classes";

const control =
  "w-full rounded-control border border-line-strong bg-surface px-3.5 text-base text-ink placeholder:text-muted/80 " +
  "transition-colors hover:border-muted focus-visible:outline-2 focus-visible:outline-offset-0 " +
  "aria-invalid:border-bad disabled:opacity-60";

interface FieldText {
  label: string;
  /** Shown below; takes the place of the hint. */
  error?: string;
  hint?: ReactNode;
  /** Only for people who cannot see the page: where the place itself says what the field is. */
  hideLabel?: boolean;
}

interface Wiring {
  id: string;
  "aria-invalid"?: true;
  "aria-describedby"?: string;
}

function Field({
  label,
  error,
  hint,
  hideLabel,
  className,
  optional,
  children,
}: FieldText & { className?: string; optional?: string; children: (wiring: Wiring) => ReactNode }) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={classes("min-w-0", className)}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "mb-1.5 block text-sm font-semibold"}>
        {label}
        {optional && <span className="font-normal text-muted"> {optional}</span>}
      </label>
      {children({
        id,
        "aria-invalid": error ? true : undefined,
        "aria-describedby": note ? `${id}-note` : undefined,
      })}
      {note && (
        <p id={`${id}-note`} className={classes("mt-1.5 text-caption", error ? "text-bad" : "text-muted")}>
          {note}
        </p>
      )}
    </div>
  );
}

type Owned<K extends "input" | "textarea" | "select"> = ComponentProps<K> & FieldText & { optional?: string };

export function TextField({ label, error, hint, hideLabel, optional, className, ...rest }: Owned<"input">) {
  return (
    <Field {...{ label, error, hint, hideLabel, optional, className }}>
      {(wiring) => <input {...wiring} className={classes(control, "h-11")} {...rest} />}
    </Field>
  );
}

export function TextArea({ label, error, hint, hideLabel, optional, className, ...rest }: Owned<"textarea">) {
  return (
    <Field {...{ label, error, hint, hideLabel, optional, className }}>
      {(wiring) => <textarea {...wiring} className={classes(control, "py-2.5 leading-relaxed")} {...rest} />}
    </Field>
  );
}

/** The browser's own list: it is the best one on every phone. */
export function SelectField({
  label,
  error,
  hint,
  hideLabel,
  optional,
  className,
  ...rest
}: Owned<"select">) {
  return (
    <Field {...{ label, error, hint, hideLabel, optional, className }}>
      {(wiring) => <select {...wiring} className={classes(control, "h-11 pr-8")} {...rest} />}
    </Field>
  );
}

/** A tick with its sentence beside it. */
export function CheckField({
  label,
  className,
  ...rest
}: Omit<ComponentProps<"input">, "type"> & { label: string }) {
  return (
    <label
      className={classes("flex min-h-11 cursor-pointer items-center gap-2.5 text-[0.9375rem]", className)}
    >
      <input type="checkbox" className="size-4.5 shrink-0 accent-[var(--brand)]" {...rest} />
      {label}
    </label>
  );
}
