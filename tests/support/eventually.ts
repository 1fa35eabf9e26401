/** Resolves to the first truthy result of `question`; throws after `ms`, or what `question` throws. */
export async function eventually<Answer>(
  ask: () => Answer | Promise<Answer>,
  ms = 20_000,
  describe: () => string = () => ask.toString(),
): Promise<NonNullable<Answer>> {
  const deadline = Date.now() + ms;
  while (true) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`Not within ${ms} ms: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
