const blocks = new Set(
  (
    'ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY CAPTION CENTER DD DETAILS DIALOG DIR DIV DL DT FIELDSET ' +
    'FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER HGROUP HR LEGEND LI MAIN MENU NAV OL P PRE ' +
    'SECTION SUMMARY TABLE TBODY TD TFOOT TH THEAD TR UL'
  ).split(' '),
)

/** Whether elements with this name start on a new line. */
export function isBlock(name: string): boolean {
  return blocks.has(name)
}

export function isElement(node: Node): node is Element {
  return node.nodeType === 1
}

/** Whether a node is a block or contains one. */
export function hasBlock(node: Node): boolean {
  return isElement(node) && (isBlock(node.nodeName) || Array.from(node.childNodes).some(hasBlock))
}
