import { m } from "../paraglide/messages.js";
import { toast } from "./toast.svelte";

/** Puts a text on the clipboard and says so. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(m.door_copied());
  } catch {
    toast(m.door_not_copied(), true);
  }
}
