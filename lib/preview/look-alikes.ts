/**
 * Owns the letters that look like a Latin one, or like a mark of an address, as far as names are faked with them.
 * Source: the confusables of Unicode Technical Standard 39 (unicode.org/reports/tr39), of which these are the ones in scripts
 * that names may be in; the whole table is 6000 rows and half of it is not allowed in names.
 */

/** Cyrillic, Greek, Armenian and Georgian lower case letters that pass for a Latin letter or digit at reading size. */
const LIKE_LATIN = 'асԁеһіјӏорԛѕԝхуъҽпгѵѡԍүҫқ' + 'αικνρυωηοτϲϳ' + 'ագզէլհյոսւօքց' + 'იყძ';

/** Latin letters beyond the alphabet that pass for a plain one, and what passes for a dot, a stroke or a hyphen. */
const LIKE_PLAIN = 'ıȷɑɡɩɪɴʀʏʟᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱƅƨɢʜꞌʼʻˈ·ꓸ٠۰०߀〇丶一丨丿ノ〳〵ーㅡᅳ';

export const LATIN_LOOK_ALIKES: ReadonlySet<string> = new Set(LIKE_LATIN);
export const PLAIN_LOOK_ALIKES: ReadonlySet<string> = new Set(LIKE_PLAIN);
