import type { InstanceSettings } from "../../db/instance.ts";
import { Form } from "../components/form.tsx";
import { paths } from "../paths.ts";
import { Field } from "./fields.tsx";
import { AdminPage, type Shell } from "./layout.tsx";

type Name = keyof InstanceSettings;

interface Props {
  shell: Shell;
  /** Current values, or the input that was rejected. */
  values: Readonly<Record<Name, string | number>>;
  /** Settings fixed by the environment. */
  fixed: readonly Name[];
  errors?: Readonly<Partial<Record<Name, string>>>;
}

export function SettingsPage({ shell, values, fixed, errors = {} }: Props) {
  const field = (name: Name, label: string, hint?: string, how: object = {}) => {
    const isFixed = fixed.includes(name);
    return (
      <Field
        name={name}
        label={label}
        value={values[name]}
        error={isFixed ? undefined : errors[name]}
        hint={isFixed ? "Set in the environment, cannot be changed here" : hint}
        disabled={isFixed}
        required
        {...how}
      />
    );
  };
  const number = (min: number, max: number, step = "1") => ({ type: "number", min, max, step });
  return (
    <AdminPage shell={shell} section="settings" title="Settings" lead="Changes take effect when you save them.">
      <Form viewer={shell.viewer} action={paths.admin.settings} class="panel settings-form" novalidate>
        <input type="hidden" name="ask" value="1" />
        {field("name", "Instance name")}
        {field("registration", "Registration", "Whether users can create their own accounts", {
          options: { open: "Open", closed: "Closed" },
        })}
        {field(
          "warnings",
          "Warnings before a block",
          "With 2, the third offence blocks; with 0, the first",
          number(0, 100),
        )}
        {field("warningDays", "Warning expires after (days)", undefined, number(1, 3650))}
        {field("sessionDays", "Session expires after (days)", "Counted from its last use", number(0, 3650, "any"))}
        {field("retentionDays", "Message retention (days)", "0 keeps messages forever", number(0, 36_500))}
        <div class="button-row">
          <button type="submit">Save</button>
        </div>
      </Form>
    </AdminPage>
  );
}
