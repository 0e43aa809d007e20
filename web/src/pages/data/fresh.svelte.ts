import type { ImportPreview } from "../../api/types";

/** The preview that an upload has just brought, handed to the page that shows it. */
export const fresh = $state<{ preview: ImportPreview | null }>({ preview: null });
