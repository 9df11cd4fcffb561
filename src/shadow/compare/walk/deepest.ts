/**
 * What is nested deeper is not looked at: a walk goes down the stack, of which a document must not take too much, and
 * whoever calls may have taken some of it. Lists take most; about 800 of them, one in another, would take all of it.
 */
export const DEEPEST = 200
