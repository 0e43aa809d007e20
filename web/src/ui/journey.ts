/** Joins neighbouring repeats of one event into one step with a count. */
export function foldRepeats(events: string[]): { event: string; times: number }[] {
  const steps: { event: string; times: number }[] = [];
  for (const event of events) {
    const last = steps.at(-1);
    if (last?.event === event) last.times += 1;
    else steps.push({ event, times: 1 });
  }
  return steps;
}
