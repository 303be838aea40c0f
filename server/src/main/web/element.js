/** What others wrote reaches the page as text only, never as markup. */
export function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

export const $ = (id) => document.getElementById(id);
