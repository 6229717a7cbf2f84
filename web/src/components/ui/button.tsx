import type { ComponentProps } from "react";
import { Link, type LinkProps } from "react-router";
import { classes } from "./classes";
import { Spinner } from "./spinner";

type Look = "primary" | "secondary" | "quiet" | "danger" | "light";
type Size = "small" | "medium" | "large";

const looks: Record<Look, string> = {
  primary: "bg-brand-fill text-white hover:bg-brand-fill-hover shadow-card",
  secondary: "bg-surface text-ink border border-line-strong hover:bg-sunken",
  quiet: "text-ink hover:bg-sunken",
  danger: "bg-surface text-bad border border-bad/40 hover:bg-bad-soft",
  light: "bg-white text-[#1b1520] hover:bg-bulb",
};
const sizes: Record<Size, string> = {
  small: "h-9 px-3 text-sm gap-1.5",
  medium: "h-11 px-4 text-[0.9375rem] gap-2",
  large: "h-13 px-6 text-base gap-2",
};

interface Style {
  look?: Look;
  size?: Size;
  wide?: boolean;
}

function style({ look = "secondary", size = "medium", wide = false }: Style, more?: string): string {
  return classes(
    "inline-flex items-center justify-center rounded-control font-semibold whitespace-nowrap select-none",
    "transition-colors duration-150 disabled:opacity-55 aria-disabled:opacity-55 [&_svg]:shrink-0",
    looks[look],
    sizes[size],
    wide && "w-full",
    more,
  );
}

/** A button; while `busy` it shows so, keeps its width and cannot be pressed again. */
export function Button({
  look,
  size,
  wide,
  busy = false,
  className,
  children,
  disabled,
  type = "button",
  ...rest
}: ComponentProps<"button"> & Style & { busy?: boolean }) {
  return (
    <button
      type={type}
      className={style({ look, size, wide }, classes("relative", className))}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      <span className={classes("inline-flex items-center gap-[inherit]", busy && "invisible")}>
        {children}
      </span>
      {busy && (
        <span className="absolute inset-0 grid place-items-center">
          <Spinner />
        </span>
      )}
    </button>
  );
}

/** A link that looks like a button. */
export function ButtonLink({ look, size, wide, className, ...rest }: LinkProps & Style) {
  return <Link className={style({ look, size, wide }, className)} {...rest} />;
}

/** A square button that shows an icon only; `label` says what it does. */
export function IconButton({
  label,
  className,
  type = "button",
  ...rest
}: Omit<ComponentProps<"button">, "aria-label"> & { label: string }) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={classes(
        "grid size-11 place-items-center rounded-control text-ink transition-colors hover:bg-sunken disabled:opacity-40",
        className,
      )}
      {...rest}
    />
  );
}
