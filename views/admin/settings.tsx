import type { InstanceSettings } from "../../db/instance.ts";
import { Form } from "../components/form.tsx";
import { paths } from "../paths.ts";
import { Field } from "./fields.tsx";
import { AdminPage, type Shell } from "./layout.tsx";

type Name = keyof InstanceSettings;

interface Props {
  shell: Shell;
  /** As they are in force, or as they were typed. */
  values: Readonly<Record<Name, string | number>>;
  /** Those that the environment decides. */
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
        hint={isFixed ? "Set where the program is started, so it cannot be changed here" : hint}
        disabled={isFixed}
        required
        {...how}
      />
    );
  };
  const number = (min: number, max: number, step = "1") => ({ type: "number", min, max, step });
  return (
    <AdminPage shell={shell} section="settings" title="Settings" lead="They count from the moment they are saved.">
      <Form viewer={shell.viewer} action={paths.admin.settings} class="panel settings-form" novalidate>
        <input type="hidden" name="ask" value="1" />
        {field("name", "Name of this instance")}
        {field("registration", "Registration", "Whether people may create their own accounts", {
          options: { open: "Open", closed: "Closed" },
        })}
        {field(
          "warnings",
          "Warnings before the block",
          "With 2, the third offence blocks; with 0, the first",
          number(0, 100),
        )}
        {field("warningDays", "Days a warning counts", "Older ones are forgotten", number(1, 3650))}
        {field("sessionDays", "Days a login lasts", "Without being used", number(0, 3650, "any"))}
        {field("retentionDays", "Days messages are kept", "0 keeps them for ever", number(0, 36_500))}
        <div class="button-row">
          <button type="submit">Save</button>
        </div>
      </Form>
    </AdminPage>
  );
}
