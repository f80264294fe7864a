// Builds page elements. Text only ever becomes text nodes, so nothing in the document can become markup or script.

/**
 * Makes an element. Attributes that are false, null or undefined are left out; children may be elements, strings,
 * nested arrays, null or undefined.
 */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === true) {
      made.setAttribute(key, '');
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(key, String(value));
    }
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** A button that puts a text on the clipboard and says so for a moment. */
export function copyButton(text, what) {
  const button = element('button', {class: 'copy', type: 'button', 'aria-label': `Copy ${what}`}, 'Copy');
  button.addEventListener('click', async () => {
    const copied = await copy(text);
    button.textContent = copied ? 'Copied' : 'Press Ctrl+C';
    button.classList.toggle('done', copied);
    setTimeout(() => {
      button.textContent = 'Copy';
      button.classList.remove('done');
    }, 1800);
  });
  return button;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Outside of HTTPS and localhost browsers offer no clipboard object: fall back to a selection.
    return copySelection(text);
  }
}

function copySelection(text) {
  const area = element('textarea', {class: 'visually-hidden', readonly: true, 'aria-hidden': 'true'});
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  return copied;
}

/** A block of code with a caption and a button to copy it. */
export function codeBlock(caption, text, language) {
  const content = language === 'json' ? colouredJson(text) : [text];
  return element('figure', {class: `code ${language ?? ''}`},
      element('figcaption', null, element('span', null, caption), copyButton(text, caption)),
      element('pre', {tabindex: '0', role: 'region', 'aria-label': caption}, element('code', null, content)));
}

const JSON_TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function colouredJson(text) {
  const parts = [];
  let position = 0;
  for (const match of text.matchAll(JSON_TOKEN)) {
    parts.push(text.slice(position, match.index));
    position = match.index + match[0].length;
    if (match[1] !== undefined) {
      parts.push(element('span', {class: match[2] ? 'json-name' : 'json-string'}, match[1]), match[2] ?? '');
    } else {
      parts.push(element('span', {class: 'json-literal'}, match[0]));
    }
  }
  parts.push(text.slice(position));
  return parts;
}
