/** Control and format characters, lone halves of pairs, and Unicode's own ends of lines and paragraphs; not tab and newline. */
const UNSEEN = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** A character by its number: `⟨U+202E⟩`. */
export const numberOf = (character: string): string =>
  `⟨U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`

/**
 * The text with what nobody could see in it shown by its number, joiners of letters included: on a page about what
 * differs, two texts that are not the same must not look the same, and none may turn round what stands beside it
 * (N. Boucher, R. Anderson, "Trojan Source", USENIX Security 2023).
 */
export const visible = (text: string): string => text.replace(UNSEEN, numberOf)
