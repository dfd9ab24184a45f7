/**
 * Owns the list of PINs and passwords that no rule catches and that top every published count of what people choose.
 * Written down by hand, lower case; far from complete: it takes the best guesses away, no more.
 */
const WORDS = `
password passwort passord wachtwoord contrasena motdepasse senha123 parola
password1 password12 password123 password! passw0rd p@ssw0rd p@ssword pa55word pa55w0rd pass123 pass1234 mypassword
iloveyou iloveyou1 iloveu loveyou lovely lover1 loveme love123 love12 sweety sweetie sweetheart honey1 darling
letmein letmein1 welcome welcome1 welcome123 hello1 hello123 hallo123 hallo1 bonjour hola123 whatever trustno1
admin1 admin12 admin123 administrator root123 user123 guest1 guest123 master master1 master123 default changeme
secret secret1 secret123 secure security access access1 login1 login123 test123 test1234 testing temp123 demo123
monkey monkey1 dragon dragon1 tigger tiger1 lion123 panther eagle1 eagles falcon phoenix shadow shadow1 wolf123
princess princess1 prince queen1 king123 angel1 angel123 angels babygirl babygirl1 babyboy baby123 barbie flower flower1
sunshine sunshine1 summer summer1 summer20 winter winter1 autumn spring1 monday friday sunday january october november december
football football1 soccer soccer1 baseball basketball hockey hockey1 tennis golfer golf123 cricket rugby1 arsenal chelsea
liverpool liverpool1 barcelona realmadrid juventus bayern manchester united1 yankees cowboys steelers lakers
superman superman1 batman batman1 spiderman starwars pokemon pokemon1 pikachu naruto matrix gandalf hobbit harry1 harrypotter
michael michael1 jordan jordan23 jennifer jessica jessica1 ashley ashley1 daniel daniel1 andrew andrea anthony thomas
robert charlie charlie1 george william matthew joshua amanda nicole justin hannah hunter hunter2 maggie buster
samsung samsung1 google google1 facebook instagram whatsapp twitter apple1 iphone iphone1 android windows windows1 internet computer computer1
killer killer1 fuckyou fuckyou1 fuckme asshole pussy1 bitch1 sexy12 sexy123 hottie ranger mustang ferrari porsche mercedes corvette
cheese cookie cookie1 chocolate banana orange orange1 pepper ginger peanut coffee pizza1 butter
freedom freedom1 blessed blessed1 jesus1 jesus123 christ heaven faith1 grace1 hope12 peace1 lucky1 lucky7 forever forever1 family family1
purple purple1 yellow silver golden black1 blue123 red123 green1 diamond crystal
abc12345 a1b2c3 a1b2c3d4 a123456 a12345 1a2b3c aa123456 qwerty1 qwerty12 qwerty123 qwerty1234
qazwsx1 asdfgh1 zxcvbnm1 wasd1234 asdasd123
`;
const DIGITS = `
123465 123564 124578 125690 134679 142536 145236 147896 159874 162534 182838
192837 192837465 212223 246813 252627 314159 31415926 3141592 271828 2718281 141421 173205
420069 42069420
5201314 565758 569874 584520 698541
986532 10111213 10203040 1123581 11235813
01020304
12345679 123456a 123456q 1234567a 123456789a 123456abc
`;

/** Each in the spelling in which it is compared: lower case. */
export const COMMON_PINS: ReadonlySet<string> = new Set(
  `${WORDS} ${DIGITS}`.split(/\s+/).filter((word) => word !== ''),
);
