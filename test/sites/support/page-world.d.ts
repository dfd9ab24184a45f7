/** What the pages of these tests put on their window. */
interface Window {
  /** The text of the editor's own model. */
  readModel(): string;
  /** What the site sent. */
  sent: string[];
  /** Shows a row with a text. */
  post(text: string): HTMLElement;
}
