import { type Asset, Layout } from "./components/layout.tsx";
import { paths } from "./paths.ts";

/** Errors of a submitted form. */
export interface FormError {
  message: string;
  fields: Readonly<Record<string, string>>;
}

interface Props {
  asset: Asset;
  /** The instance's name. */
  name: string;
  mode: "login" | "register";
  registration: "open" | "closed";
  /** Whether there are no users yet: the first one becomes an administrator. */
  first: boolean;
  values?: { username?: string | undefined; email?: string | undefined };
  error?: FormError | undefined;
}

/** Instructions for an instance without users. */
const FIRST = {
  open: "Create the first account. It becomes the administrator.",
  closed: "There are no accounts yet. Create the first one with: chatterbox user create NAME",
};

export function LoginPage({ asset, name, mode, registration, first, values = {}, error }: Props) {
  const registering = mode === "register";
  const names = registering ? ["username", "email", "password"] : ["username", "password"];
  const wrong = names.find((field) => error?.fields[field] !== undefined);
  const title = registering ? "Create account" : "Log in";
  return (
    <Layout title={`${title} · ${name}`} asset={asset} bodyClass="entrance">
      <main class="card">
        <header>
          <img src={asset("icon.svg")} alt="" width="56" height="56" />
          <h1>{name}</h1>
          <p>{first ? FIRST[registration] : "Team chat on your own server."}</p>
        </header>
        <nav class="tabs" aria-label="Log in or register">
          <a href={paths.login} aria-current={registering ? undefined : "page"}>Login</a>
          <a href={paths.register} aria-current={registering ? "page" : undefined}>Register</a>
        </nav>
        {registering && registration === "closed"
          ? <p class="error" role="alert">Registration is closed. {!first && "Ask an administrator for an account."}</p>
          : (
            <form method="post" action={registering ? paths.register : paths.login}>
              {error && wrong === undefined && <p class="error" role="alert">{error.message}</p>}
              <Field
                name="username"
                label="Username"
                value={values.username}
                autocomplete="username"
                error={error}
                autofocus={(wrong ?? "username") === "username"}
                hint={registering ? "3 to 32 of A-Z a-z 0-9 _ . -" : undefined}
              />
              {registering && (
                <Field
                  name="email"
                  label="Email"
                  // Not type="email": browsers accept only ASCII before the @.
                  inputmode="email"
                  value={values.email}
                  autocomplete="email"
                  error={error}
                  optional
                  autofocus={wrong === "email"}
                  hint="Optional, and only administrators see it"
                />
              )}
              <Field
                name="password"
                label="Password"
                type="password"
                autocomplete={registering ? "new-password" : "current-password"}
                error={error}
                autofocus={wrong === "password"}
                hint={registering ? "At least 8 characters" : undefined}
              />
              <button type="submit">{title}</button>
            </form>
          )}
      </main>
    </Layout>
  );
}

interface FieldProps {
  name: string;
  label: string;
  type?: string;
  value?: string | undefined;
  autocomplete: string;
  inputmode?: "email";
  error: FormError | undefined;
  hint?: string | undefined;
  optional?: boolean;
  maxlength?: number;
  autofocus?: boolean;
}

export function Field({ name, label, type = "text", value, error, hint, optional = false, ...rest }: FieldProps) {
  const wrong = error?.fields[name];
  const note = wrong ?? hint;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        type={type}
        value={value}
        required={!optional}
        spellcheck={false}
        autocapitalize="none"
        aria-invalid={wrong ? "true" : undefined}
        aria-describedby={note ? `${name}-note` : undefined}
        {...rest}
      />
      {note && <p id={`${name}-note`} class={wrong ? "error" : "hint"} role={wrong ? "alert" : undefined}>{note}</p>}
    </div>
  );
}
