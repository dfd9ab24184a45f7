/**
 * Owns the words by which interfaces in many languages name a message box, a search field and a send button.
 * Labels are hints: they add to a score and never decide alone.
 */

const MESSAGE =
  /messag|\bchat\b|repl(y|ies)|\bwrite (to\b|here)|\btype\b|^aa$|nachricht|schreib|mensaje|escrib|mensagem|escrev|messaggio|scriv|écri|bericht|wiadomo|napisz|сообщен|напиш|написать|повідомл|mesaj|رسالة|اكتب|پیام|הודעה|संदेश|メッセージ|消息|訊息|发消息|輸入|输入|메시지|tin nhắn|pesan|ข้อความ|besked|meddelande|melding|viesti|zpráv|správ|üzenet|μήνυμα/iu;

/** Only at the beginning: a person or a channel may be called "search". */
const OTHER_FIELD =
  /^\W*(search|find|filter|jump to|go to|title|subject|e-?mail|name\b|password|url\b|link\b|topic|such|buscar|busca|recherch|chercher|pesquis|cerca|zoek|szuk|поиск|пошук|ara\b|sök|søg|søk|hae\b|hled|keres|αναζήτ|بحث|جستجو|חיפוש|खोज|検索|搜索|搜尋|검색|tìm|cari\b|ค้นหา|betreff|asunto|objet\b|oggetto|assunto|тема)/iu;

/** Boxes below articles, products and pictures: public writing, anywhere in the label. */
const PUBLIC_FIELD =
  /\b(comment|review|caption|answer|status|tweet|post)\b|kommentar|comentario|comentário|commentaire|commento|комментар|コメント|评论|評論|댓글|yorum|تعليق/iu;

const SEND =
  /\bsend|senden|absenden|envi(ar|a\b)|envoyer|invia|verzend|verstuur|wyślij|отправить|надіслати|gönder|إرسال|ارسال|שלח|भेजें|送信|发送|發送|傳送|보내기|전송|gửi|kirim|ส่ง|skicka|lähetä|odeslat|odoslať|küldés|αποστολή|\bsubmit\b|paper-?plane/iu;

const NOT_SEND =
  /attach|emoji|emote|smil|sticker|\bgifs?\b|voice|audio|\bmic|record|photo|image|camera|\bfile|upload|plus|format|bold|italic|schedule|options|\bmore\b|menu|money|payment|gift|invite|\blike\b|thumb|call\b|close|cancel|anhang|datei|joindre|adjunt|anex|allega|вложен|прикреп/iu;

/** Whether a label or placeholder speaks of writing a message. */
export function namesMessage(label: string): boolean {
  return MESSAGE.test(label.trim());
}

/** Whether a label or placeholder belongs to a search field, a title, an address, a comment: a box that is not for messages. */
export function namesOtherField(label: string): boolean {
  return OTHER_FIELD.test(label) || PUBLIC_FIELD.test(label);
}

/** Whether a button's words say that it sends, and nothing else. */
export function namesSend(label: string): boolean {
  return SEND.test(label) && !NOT_SEND.test(label);
}

/** Whether a button's words say that it does something other than sending. */
export function namesOtherAction(label: string): boolean {
  return NOT_SEND.test(label);
}
