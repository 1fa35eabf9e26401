import { type Asset, Layout } from "./components/layout.tsx";
import { Field, type FormError } from "./login.tsx";
import { paths } from "./paths.ts";

interface Props {
  asset: Asset;
  /** The instance's name. */
  name: string;
  token: string;
  username: string;
  error?: FormError | undefined;
}

/** Page of a password reset link. */
export function ResetPage({ asset, name, token, username, error }: Props) {
  return (
    <Layout title={`New password · ${name}`} asset={asset} bodyClass="entrance">
      <main class="card">
        <header>
          <img src={asset("icon.svg")} alt="" width="56" height="56" />
          <h1>New password</h1>
          <p>For {username}. All devices are logged out.</p>
        </header>
        <form method="post" action={paths.reset(token)}>
          {/* For password managers. */}
          <input type="text" name="username" value={username} autocomplete="username" readonly hidden />
          <Field
            name="password"
            label="New password"
            type="password"
            autocomplete="new-password"
            error={error}
            hint="At least 8 characters"
            autofocus
          />
          <button type="submit">Set password</button>
        </form>
      </main>
    </Layout>
  );
}
