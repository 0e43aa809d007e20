import { here } from "../../../router.svelte";

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** The zone of the address. The first view writes the browser's own one there, so that a link shows all the same days. */
export function zoneOfAddress(): { readonly value: string } {
  const own = ownZone();
  const value = $derived(here.query.zone || own);
  $effect(() => {
    if (!here.query.zone) here.set({ zone: own });
  });
  return { get value() { return value; } };
}
