// Making elements. Text goes in as text, never as markup, so that nothing that a
// source says can become part of the page.

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;

// el makes an element. An attribute that is a function listens to the event of
// that name; false and null leave an attribute out.
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value as EventListener);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value === true ? '' : String(value));
  }
  fill(made, ...children);
  return made;
}

// fill makes these the content of an element; null and false are nothing.
export function fill(holder: Element, ...children: Child[]): void {
  holder.replaceChildren(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
}

// at is the element that the page has by this id.
export function at(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

// picture is a canvas drawn by a function in CSS pixels, sharp on every screen.
export function picture(width: number, height: number, draw: (c: CanvasRenderingContext2D) => void): HTMLCanvasElement {
  const ratio = Math.max(1, Math.min(3, window.devicePixelRatio || 1));
  const canvas = el('canvas', { width: Math.round(width * ratio), height: Math.round(height * ratio), 'aria-hidden': 'true' });
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  if (context) {
    context.scale(ratio, ratio);
    draw(context);
  }
  return canvas;
}

// calm says whether the reader has asked for less motion.
export const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
