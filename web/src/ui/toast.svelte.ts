export interface Toast {
  id: number;
  text: string;
  bad: boolean;
}

let next = 0;
export const toasts = $state<Toast[]>([]);

/** Says in passing that something is done; what went wrong is told where it happened. */
export function toast(text: string, bad = false): void {
  const id = ++next;
  toasts.push({ id, text, bad });
  setTimeout(() => {
    const at = toasts.findIndex((t) => t.id === id);
    if (at >= 0) toasts.splice(at, 1);
  }, bad ? 8000 : 4000);
}
