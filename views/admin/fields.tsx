import type { Child } from "hono/jsx";
import { Form } from "../components/form.tsx";
import type { Shell } from "./layout.tsx";

interface FieldProps {
  name: string;
  label: string;
  value?: string | number | undefined;
  type?: string;
  hint?: string | undefined;
  error?: string | undefined;
  /** Distinguishes fields of the same name on one page. */
  id?: string;
  /** Choices by value. Without them the field is a text box. */
  options?: Readonly<Record<string, string>>;
  disabled?: boolean;
  required?: boolean;
  maxlength?: number;
  min?: number;
  max?: number;
  step?: string;
  placeholder?: string;
}

export function Field({ name, label, value, hint, error, options, id = name, type = "text", ...rest }: FieldProps) {
  const note = error ?? hint;
  const common = {
    id,
    name,
    "aria-invalid": error === undefined ? undefined : ("true" as const),
    "aria-describedby": note === undefined ? undefined : `${id}-note`,
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {options
        ? (
          <select {...common} disabled={rest.disabled}>
            {Object.entries(options).map(([key, text]) => (
              <option value={key} selected={key === String(value ?? "")}>{text}</option>
            ))}
          </select>
        )
        : <input {...common} type={type} value={value} autocomplete="off" spellcheck={false} {...rest} />}
      {note !== undefined && (
        <p
          id={`${id}-note`}
          class={error === undefined ? "hint" : "error"}
          role={error === undefined ? undefined : "alert"}
        >
          {note}
        </p>
      )}
    </div>
  );
}

/** A form that filters a list. It uses GET, so the address can be bookmarked and shared. */
export function Filters({ path, children }: { path: string; children: Child }) {
  return (
    <form method="get" action={path} class="filters panel" role="search" aria-label="Filter">
      {children}
      <div class="button-row">
        <button type="submit">Filter</button>
        <a class="button quiet" href={path}>Clear</a>
      </div>
    </form>
  );
}

/** A form with one button, which returns to the current page. */
export function ActButton({ shell, action, label, about, kind, fields = {} }: {
  shell: Shell;
  action: string;
  label: string;
  /** The object of the act, for screen readers. */
  about?: string | undefined;
  kind?: "danger" | "quiet" | undefined;
  fields?: Readonly<Record<string, string>>;
}) {
  return (
    <Form viewer={shell.viewer} action={action}>
      <input type="hidden" name="back" value={shell.here} />
      {Object.entries(fields).map(([name, value]) => <input type="hidden" name={name} value={value} />)}
      <button type="submit" class={kind}>
        {label}
        {about !== undefined && <span class="visually-hidden">{about}</span>}
      </button>
    </Form>
  );
}
