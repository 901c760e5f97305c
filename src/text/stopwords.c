/* SPDX-License-Identifier: ISC */
/*
 * stopwords - the words that only hold a sentence together.
 *
 * Articles, pronouns, prepositions, conjunctions, auxiliaries and question
 * words of each language, as one writes them; they are compared folded.  No
 * word is here that names a thing: the lists are short so that a query never
 * loses what it is about.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/text.h"

#include "chars.h"
#include "fold.h"
#include "stopwords.h"

static const struct list {
	const char *lang;
	const char *words;
} lists[] = {
    {"bg",
	"а аз ако ала бе без беше би бил била били било бъде бъдат в вас ваш "
	"ваша ваше ваши ви вие все всеки всички всяка всяко във върху ги го "
	"да дали до докато други е едва един една едно за зад заради затова "
	"защо и из или им има имат й как каква какви какво какъв като кога "
	"когато което които кой който коя която къде ли между ме ми много му "
	"може могат моя моят на над най нас наш наша наше наши не него нея ни "
	"ние никой но някои няма обаче около освен от по под поради преди при "
	"през с са само се сега си след сме спрямо съм със също така такава "
	"такива такова такъв там те тези ти то това тогава този той толкова "
	"точно трябва тук тя тях у чрез че ще"},
    {"cs",
	"a aby aj ale ani ano asi až bez bude budem budeme budete budou budu "
	"by byl byla byli bylo být což či co do ho i já jak jaká jaké jaký "
	"jako je jeho jej její jejich jen ještě jenž jemu ji jí jich jim jimi "
	"jiné jsem jsi jsme jsou jste k kam kde kdo kdy když ke která které "
	"kteří který kterou kterého kterém kterých kterým kterými ku má mají "
	"mezi mě mi mít mně mnou mohou moje může můj my na nad nám námi nás "
	"náš naše naši ne nebo nebyl něco nějaký není než nic nich ním o od on "
	"ona oni ono ony pak po pod podle pokud pouze pro proč proto protože "
	"před přes při s se si sice skrz svá své svého svou svých svým svůj ta "
	"tak také takže tam tato te tě tedy ten tento ti tím to tobě tohle "
	"toho tohoto tom tomto tomu totiž tu tuto tvůj ty tyto u už v vám vás "
	"váš ve však všechny všech vy z za zda zde ze že"},
    {"da",
	"ad af alle alt anden andet andre at begge blev blive bliver da de dem "
	"den denne der deres det dette dig din dine disse dit dog du efter "
	"eller en end er et for fordi fra før få får gennem ham han hans har "
	"have havde hende hendes her hos hun hvad hvem hver hvilke hvilken "
	"hvilket hvis hvor hvordan hvorfor hvornår i ikke ind ingen intet "
	"jeg jer jeres kan kom kunne man mange med meget mellem men mere mig "
	"min mine mit mod må ned noget nogle nogen nu når og også om op os "
	"over på samt selv sig sin sine sit skal skulle som sådan så "
	"thi til ud under var ved vi vil ville vor vores være været"},
    {"de",
	"aber alle allem allen aller alles als also am an ander andere anderem "
	"anderen anderer anderes anders auch auf aus bei beim bin bis bist da "
	"dabei dadurch dafür damit dann daran darauf daraus darin darüber das "
	"dass daß davon dazu dein deine dem den denen denn der deren des "
	"dessen dich die dies diese diesem diesen dieser dieses dir doch dort "
	"du durch ein eine einem einen einer eines einige einigem einigen "
	"einiger einiges er es etwas euch euer eure für gegen gibt hab habe "
	"haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre "
	"ihrem ihren ihrer ihres im in indem ins ist jede jedem jeden jeder "
	"jedes jene jenem jenen jener jenes jetzt kann kein keine keinem "
	"keinen keiner keines können könnte man manche manchem manchen "
	"mancher manches mein meine meinem meinen meiner meines mich mir mit "
	"muss musste müssen nach nachdem nicht nichts noch nun nur ob oder "
	"ohne sehr sein seine seinem seinen seiner seines seit selbst sich "
	"sie sind so sobald sofern solche solchem solchen solcher solches "
	"soll sollen sollte sondern sonst sowie sowohl über um und uns unser "
	"unsere unserem unseren unserer unter viel viele vielen vom von vor "
	"wann war waren warst warum was weg weil weiter welche welchem "
	"welchen welcher welches wem wen wenn wer werde werden weshalb wessen "
	"wie wieder wieso wieviel will wir wird wirst wo wodurch wofür womit "
	"wobei wogegen woher wohin wonach woran worauf woraus worin worüber worum wovon wozu wurde wurden während "
	"würde würden zu zum zur zwar zwischen"},
    {"el",
	"αλλά αν αντί από αυτά αυτές αυτή αυτό αυτοί αυτός αυτού αυτούς αυτών "
	"αφού γι για γιατί δε δεν δηλαδή εάν εγώ εδώ εκεί εκείνα εκείνες "
	"εκείνη εκείνο εκείνοι εκείνος εμείς εμένα ένα έναν ένας ενός ενώ "
	"επειδή επί επίσης εσείς έτσι έχει έχουμε έχουν έχω η ή ήταν θα και "
	"κάθε καθώς κάποια κάποιο κάποιος κατά κάτι κι μα μας με μέσα μετά "
	"μεταξύ μέχρι μη μην μια μία μιας μόνο μου μπορεί μπορούν να ναι ο οι "
	"όμως όπου όπως όσα όσο όσοι όταν ότι ούτε όχι παρά περί πια πιο ποια "
	"ποιες ποιο ποιοι ποιος που πού πολύ πότε πρέπει πριν προς πρώτα πως "
	"πώς σαν σας σε στα στη στην στης στις στο στον στους στου συν σχετικά "
	"τα τη την της τι τις το τον τότε του τους τόσο τώρα των ώστε υπό ως "
	"χωρίς είναι είμαι είστε είσαι είμαστε"},
    {"en",
	"a about above after again against all also although am among an and "
	"another any anybody anyone anything are as at be because been before "
	"being below between both but by can cannot could did do does doing "
	"done down during each either else etc even ever every everyone "
	"everything few for from further had has have having he hence her "
	"here hers herself him himself his how however i if in into is it its "
	"itself just many may me might more most much must my myself neither "
	"no nor not now of off on once one only or other others our ours "
	"ourselves out over own per rather same shall she should since so "
	"some somebody someone something such than that the their theirs them "
	"themselves then there therefore these they this those though through "
	"thus to too toward towards under until up upon us very via was we "
	"were what whatever when whence where whereas whereby wherein whether "
	"which whichever while who whoever whom whose why will with within "
	"without would yet you your yours yourself yourselves"},
    {"es",
	"a al algo alguna algunas alguno algunos algún ante antes aquel aquella "
	"aquellas aquello aquellos aquí así aun aunque bajo cada como cómo con "
	"contra cual cuál cuales cuáles cualquier cuando cuándo cuanta cuánta "
	"cuantas cuántas cuanto cuánto cuantos cuántos cuya cuyas cuyo cuyos "
	"de del desde donde dónde dos durante e el él ella ellas ello ellos "
	"en entonces entre era eran eres es esa esas ese eso esos esta está "
	"estaba estaban estado están estar estas este esto estos estoy fue "
	"fueron ha haber había habían hace hacia han has hasta hay he la las "
	"le les lo los más me mi mí mientras mis mucha muchas mucho muchos muy "
	"nada ni ningún ninguna ninguno no nos nosotros nuestra nuestras "
	"nuestro nuestros o os otra otras otro otros para pero poco por porque "
	"puede pueden puedo debe deben debo pues que qué quien quién quienes quiénes se sea sean según ser si sí "
	"sido sin sino sobre sois somos son soy su sus suya suyo tal también "
	"tan tanto te tenía tiene tienen todo todos toda todas tras tu tú tus "
	"u un una unas uno unos usted ustedes vosotros y ya yo"},
    {"et",
	"aga ei ega ehk ehkki enam enne et ette ga iga igal igas ilma ja jah "
	"juba juures ka kas keda kelle kellele kes kogu koos kui kuid kuidas "
	"kumb kuna kuni kus kust kuhu kõik kõige kõigi kõiki küll läbi ma me "
	"meie mida mil miks millal mille millega milles millest milline "
	"millised mind minu mis miski mitte mina mõni mõned mõlemad nad need "
	"neid neil nemad nende nendel nendes neile nii ning no oleks olema "
	"olen olete oled oleme oli olid olla ole olnud oma on ons ometi peab "
	"pole praegu pärast saab saa sa sama samuti see seda sees seega selle "
	"sellega selles sellest selline selleks siin siis siiski sina sinu ta "
	"tal te teda teie teil tema temal temale too tuleb vaid veel vahel "
	"vastu või võib võivad üle üks ühe ühes üldse ära"},
    {"fi",
	"ei eivät eikä emme en ennen et että ette eli hän häntä hänelle "
	"hänen he heidän heitä heille ilman itse ja jo jos joka joita joiden "
	"jota jotka jonka jossa josta johon jolla jolle jotta kaikki kanssa "
	"kautta keitä kenelle kenen ketä ketkä koska kuin kuinka kuka kun "
	"kuten kukin lisäksi me mihin mikä mikäli miksi milloin millä mille "
	"minkä minä minulla minulle minun minut miten missä mistä mitä mitkä "
	"molemmat mukaan muiden muita mutta muu muun muut myös ne nämä näiden "
	"näitä näissä niiden niin niissä niistä niitä niille no noin nuo "
	"nyt olemme olen olet olette oli olisi olivat olla olleet ollut on "
	"ovat pitää se sekä sen siihen siinä siitä sille sillä sinä sinun "
	"sitä sitten saa tai tämä tämän tässä tästä tätä tähän te teidän "
	"teitä tuo tuon vaan vai vaikka varten vastaan vielä voi voidaan "
	"voivat yli"},
    {"fr",
	"a à afin ai ainsi alors après as au aucun aucune aujourd auprès "
	"auquel aussi autre autres aux auxquelles auxquels avant avec avez "
	"avoir avons ayant beaucoup c ça car ce ceci cela celle celles celui "
	"cependant ces cet cette ceux chaque chez combien comme comment contre "
	"d dans de depuis des désormais dès dois doit doivent donc dont du durant "
	"elle elles en encore entre es est et étaient était étant été être eu "
	"eux fait faire faut fut hors ici il ils j je jusqu jusque l la "
	"laquelle le lequel les lesquelles lesquels leur leurs lors lorsqu "
	"lorsque lui m ma mais malgré me même mêmes mes moi moins mon n ne ni "
	"nos notre nous on ont ou où par parce parmi pas pendant peu peut "
	"peuvent peux plus plusieurs pour pourquoi puis puisque qu quand que quel "
	"quelle quelles quels qui quiconque quoi s sa sans se selon sera "
	"seront ses si sien sinon soi soit sommes son sont sous suis sur t ta "
	"tandis te tels tel telle telles tes toi ton tous tout toute toutes "
	"très tu un une va vers via voici voilà vos votre vous y"},
    {"ga",
	"a ach ag agus an ann anois ansin aon ar arís as ba bhí bhíonn bhfuil "
	"cad cá cathain cé ceard chuig chun conas cén d dá de den "
	"do dom don dtí dul é éis faoi fearr féin freisin gach gan go gur i í "
	"iad idir in ina inar is isteach le leis lena liom mar mé mo muid na "
	"nach nár ní nó nuair ó os pé raibh roimh san sé seo shin sí sibh sin "
	"sinn siad sna tá tar thar tríd trí tú um uaidh úd "
	"agam agat aige aici againn agaibh acu orm ort air uirthi orainn "
	"oraibh orthu"},
    {"hr",
	"a ako ali bez bi bih bila bile bili bilo bio biti bismo biste bit bude "
	"budu će ćemo ćete ćeš ću da dakle do dok don druge drugi duž ga gdje "
	"hoće i iako iz između ih ili im ima imaju ipak iznad ja je jedan jedna "
	"jedno jer jesam jesi jesmo jest jesu jim joj još ju k kad kada kako "
	"kao koja koje kojeg kojem kojega koji kojih kojim kojima kojoj koju "
	"kome kroz li me mene mi mnogo moj moja moje možda može mogu mora "
	"moraju na nad nakon nam nama nas naš naša naše ne neka neke neki neko "
	"nego nema nešto ni nije nisu niti no njega njegov njegova njegovo "
	"njemu njen njih njihov njihova njihovo njim njima njoj nju o od odmah "
	"on ona oni ono onda pa po pod pored poslije pre prema pri prije radi s "
	"sa sam samo se sebe si smo ste su sav sve svi svih svoj svoja svoje "
	"što šta ta tada taj tako također tamo te tebe ti tim to toga toj tom "
	"tome tu u uz vam vama vas vaš vaša vaše već vi vrlo za zašto zbog zato "
	"što"},
    {"hu",
	"a abban ahhoz ahogy ahol aki akik akkor akár alatt amely amelyek "
	"amelyekben amelyeket amelyet amelynek ami amikor amit amíg annak arra "
	"arról át az azért azok azon azonban azt aztán azután azzal be belül "
	"benne bár csak cél de e ebben eddig egy egyes egyéb egyik egyre el "
	"ellen elő először előtt emilyen én ennek erre ez ezek ezen ezért ezt "
	"ezzel és fel felé ha hanem hiszen hogy hogyan igen ill ilyen illetve "
	"itt is kell kellett ki kik kinek kit kívül közben között közül le "
	"lehet legalább lehetett lenne lesz lett ma mely melyek meg mellett "
	"mert mi miatt miért mikor milyen minden mindenki mint mintha mit "
	"míg mivel most még már más másik ne nekik neki nem nincs nélkül ő "
	"ők őket olyan ott pedig rá s saját se sem sok sokkal számára szerint "
	"szinte talán te ti tehát több tovább továbbá úgy új újabb után utána "
	"vagy vagyis vagyok vagyunk valaki valami valamint van vannak vele "
	"vissza viszont volna volt voltak voltunk össze"},
    {"it",
	"a abbia abbiamo abbiano ad agli ai al alla alle allo allora altra "
	"altre altri altro anche ancora avere aveva avevano c che chi ci ciò "
	"cioè coi col come con contro cosa così cui da dagli dai dal dalla "
	"dalle dallo degli dei del dell della delle dello dentro deve devono di "
	"dopo dove dunque durante e è ed ecco era erano essa esse essere essi "
	"esso fa fanno fino fra fu furono già gli ha hai hanno ho i il in "
	"infatti inoltre io l la là le lei li lo loro lui ma me mediante "
	"mentre mi mia mie miei mio molta molte molti molto ne negli nei nel "
	"nella nelle nello nessun nessuna nessuno niente no noi non nostra "
	"nostre nostri nostro nulla o od ogni oppure per perché però più poi "
	"posso presso prima può possono qual quale quali qualche quando quanta "
	"quante quanti quanto quella quelle quelli quello questa queste questi "
	"questo qui quindi sarà saranno se secondo sei senza si sì sia siamo "
	"siano sono sopra sotto sta stata state stati stato sua sue sugli sui "
	"sul sulla sulle sullo suo suoi su tale tali tra tramite tu tua tue "
	"tuo tuoi tutta tutte tutti tutto un una uno vi voi vostra vostre "
	"vostri vostro"},
    {"lt",
	"aš apie ar arba bei bet būti būtų buvo buvau būna dar dėl gal gali "
	"galima į iki ir iš ja jai jam jame jas jau jei jeigu jiems jis jie "
	"jo joje jog jos juo juos jų jūs jūsų kad kada kai kaip kam kas katra "
	"kiek kiekvienas kita kiti kito kitų ko kodėl kol koks kokia kokie kur "
	"kuri kurie kurios kuris kuriame kuriuos kurių kurio kurią lyg man mes "
	"mūsų mano ne nei nėra nes net nors nuo o pagal pas pat patys per po "
	"prie prieš priešais sau savo su šalia ši šia šiame šie šio šios šis "
	"šiuo šiuos šią šių ta tą tačiau tad tai taip tam tame tarp tas "
	"tau te tie tik tiek to toje tokia tokie toks todėl tos tuo tuos tu "
	"tų už vien viena vienas virš visi visos visų yra"},
    {"lv",
	"aiz ap ar arī bet bez bija bijis bijusi būs būt būtu caur citi cits "
	"dēļ diemžēl es esam esat esi esmu gan gar ir ik ikviens īsti ja jau "
	"jeb jebkurš jo jūs jūsu ka kā kad kādā kāda kādas kādi kāds kam kamēr "
	"kas katrs kāpēc ko kopā kopš kur kura kuras kuri kuriem kurš kuru "
	"labad lai līdz man mana manas mans mēs mums mūs mūsu nav ne neviens "
	"nebija nedz nekā nekas no nu otrs pa par pār pat pats pē pēc pie pirms "
	"pret priekš sava savas savi savu savs sevi šā šai šajā šāda šādi šāds "
	"šī šie šīs šo šos šis starp tā tad tādēļ tai taču tajā tāda tādas "
	"tādi tāds tam tas tās te tev tie tiem tiek tika tikai tikt to tomēr "
	"topi tos tur tu uz un vai vairāk var vēl vien viņa viņas viņi viņš "
	"viņu virs virspus visi viss visu zem"},
    {"mt",
	"aktar aħna bejn biċ biex bħal bħala bil bin bla bl dak dan daw dawk "
	"dawn dik din eċċ f fejn fi fih fiha fl fuq għal għala għaliex għall "
	"għalkemm għand għandha għandhom għandu għar għas għat għax ħafna "
	"hawn hemm hi hija hu huma huwa iċ id ieħor iżda ikollha ikollhom "
	"ikollu ikun ikunu il ilu imbagħad in inkella inti int intom ir is issa "
	"it iż ix jekk jew jien jiġi jiġu jista jistgħu jkun jkunu jkollu "
	"kada każ kienet kienu kien kif kemm kollha kull kważi l lejn li liema "
	"lil lill lilhom lilu ma mal meta mhux mhijiex mill min minn minħabba "
	"mhumiex n ngħid ngħidu non nu oħra oħrajn permezz qabel qed "
	"qegħdin r s se sabiex sal sa sena skont ta taċ tad taħt tal tan tar "
	"tas tat taz taż tagħha tagħhom tagħna tagħkom "
	"tiegħu tista tistgħu tkun u ukoll wara wieħed waħda x xi xhieda "
	"z"},
    {"nl",
	"aan aangaande af al alle alleen alles als alsof ander andere anders "
	"ben bent bij binnen bovendien buiten daar daarbij daardoor daarin "
	"daarna daarom daarop daarvan daarvoor dan dat de deze den der des die "
	"dit dezelfde doch doen doet door dus echter een eens elk elke elkaar "
	"en enige er erg ervan ervoor etc ge geen geweest gedurende had "
	"hadden haar hare heb hebben hebt heeft hem hen het hier hij hoe hoeveel "
	"hoewel hun iemand iets ik in inzake is ja je jij jou jouw jullie kan "
	"kon kunnen maar me mede mee meer men met mij mijn moet moeten na naar "
	"naast nadat niet niets noch nog nu of om omdat omtrent ons onze ook op "
	"opdat over reeds sinds slechts sommige te tegen tenzij toch toen tot "
	"tussen u uit uw van vanaf vanuit veel via vervolgens volgens voor "
	"vooral waar waarbij waardoor waarin waarmee waarna waarom waarop "
	"waaruit waarvan waarvoor wanneer want waren was wat we wegens welk "
	"welke wel werd werden wie wier wij wil worden wordt wordt zal ze "
	"zelf zelfs zich zij zijn zo zoals zodat zonder zou zouden zowel zulke "
	"zullen"},
    {"pl",
	"a aby albo ale ani aż bardzo bez bo bowiem by był była było były być "
	"będą będzie ci cię co czy czyli dla dlaczego do dokąd dopóki gdy gdyby "
	"gdyż gdzie go i ich ile im inna inne innych iż ja jak jaka jakie jako "
	"jaki jakich jakim jednak jego jej jemu jest jestem jesteśmy jeszcze "
	"jeżeli jeśli już ją każda każdy każde kiedy kto która które którego "
	"której który których którym którymi którzy którą ku lecz lub ma mają "
	"mi mieć mimo mnie mną może można mój moja moje moim musi my na nad nam "
	"nami nas nasz nasza nasze nią nic nich nie niego niej nim nimi niż no "
	"o od on ona oni ono oraz po pod podczas poprzez ponieważ pomiędzy "
	"potem poza przed przede przez przy są się siebie skąd sobą sobie swoja "
	"swoje swoich swojej ta tak takie także taki tam tą te tego tej temu "
	"ten też to tobą tobie toteż tutaj tu twój ty tych tylko tym tymi u w "
	"we wam was wasz według więc wiele wszystkich wszystkie wszystko wtedy "
	"wy z za zaś zawsze ze że żeby żaden"},
    {"pt",
	"a à ao aos aquela aquelas aquele aqueles aquilo às as assim até com "
	"como contra cada cuja cujas cujo cujos da das de dela delas dele deles "
	"depois desde do dos durante e é ela elas ele eles em enquanto entanto "
	"então entre era eram essa essas esse esses esta está estão estas este "
	"estes estava eu foi foram for há isso isto já lá lhe lhes mais mas me "
	"mesma mesmas mesmo mesmos meu meus minha minhas muita muitas muito "
	"muitos na nas não nem nenhum nenhuma no nos nós nossa nossas nosso "
	"nossos num numa o onde os ou outra outras outro outros para pela pelas "
	"pelo pelos posso devo deve devem pode podem por porém porque portanto pouco quais qual "
	"qualquer quando quanta quantas quanto quantos que quê quem são se sem "
	"sempre ser será serão seu seus só sob sobre sua suas também tal tais "
	"tanto tão te tem têm ter teu teus todo toda todas todos tu tua tuas tudo um uma "
	"umas uns você vocês"},
    {"ro",
	"a abia acea aceasta această aceea aceia aceeași acel acela acele "
	"acelea acest acesta aceste acestea acestei acestor acestui aceștia ai "
	"aia al ale alt alta alte altele alții altul am apoi ar are as aș "
	"asemenea asta astfel asupra atât atunci au avea avem aveți avut că "
	"căci când cât câte câți către ce cea cei cel cele celor ceva chiar "
	"cine cineva cînd conform cu cui cum cărei căror cărui dacă dar datorită "
	"de deci decât deja deși despre din dintr dintre după ea ei el ele "
	"era erau este eu fără fi fie fiecare fiind fost fostul i iar îi îl "
	"îmi în înainte încât încă între întru își îți la le lor lui m mai mea "
	"mei mele meu mi mod mult multe mulți ne nici niște noastră noastre "
	"noi nostru noștri nu o ori orice oricare pe pentru peste pînă până "
	"poate pot prea prin printr printre sa să săi sale sau său se si și "
	"sînt sunt spre sub t tale tău te ți toate tot toți totuși tu un una "
	"unde unei unele unii unor unul unui va vă vi voi vom vor vostru vreo "
	"care cărora"},
    {"sk",
	"a aby ak aká aké akej aký ako akože ale alebo ani áno asi až bez bol "
	"bola boli bolo bude budem budeme budete budú by byť cez čí či čo do "
	"ešte ho i ich iba iná iné iný im ja je jeho jej jemu jeden jedna "
	"jedno k kam každá každé každý kde keď keďže kto ktorá ktoré ktorej "
	"ktorého ktorí ktorom ktorou ktorú ktorý ktorých ktorým ktorými ku "
	"kým lebo len ma má majú mať medzi menej mi mnou mňa moja moje môj "
	"môže môžu mu my na nad nám nami nás náš naša naše ne nech než nej "
	"nie niektoré niektorý nich ním nimi nič o od on ona oni ono ony oproti "
	"po pod podľa pokiaľ popri potom pre prečo pred preto pretože pri s "
	"sa si sme so som ste sú svoj svoja svoje svojich svojim ta tá tak "
	"taký takže tam te teda tej ten tento ti tie tieto tiež to toho tohto "
	"tom tomto tomu tou toto tú túto tvoj ty tých tým týmto u už v vám "
	"vami vás váš vaša vaše veľmi viac však všetci všetko všetky vo vy z "
	"za zo že"},
    {"sl",
	"a ali ampak bi bil bila bile bili bilo biti bo bodo bom bomo boste če "
	"čez da dokler do ga glede gre h i ima imajo in iz ja jaz je jih jim jo "
	"k kadar kaj kajti kakor kako kakšen kakšna kakšno kam ker kdaj kdo kje "
	"kljub ko kot katera katere kateri katerih katerim katero koga koli "
	"komu le lahko mar me med mene mi moj moja moje mora morajo mu na nad "
	"naj najbolj nam nas naš naša naše ne nekaj nekateri nekoč ni nič niso "
	"nihče nista nje njega njegov njegova njegovo njej njem njemu njen njih "
	"njihov njihova njihovo njim njimi njo o ob od okoli on ona oni ono "
	"oz oziroma pa po pod pogosto poleg potem povsod pred prek preko pri "
	"proti s sam samo se sebe sebi sem si sicer skozi smo so sta ste svoj "
	"svoja svoje ta tak taka tako takrat tam te tega tej tem temu tem ter "
	"ti tista tisti tisto to tod toda tu tudi tukaj u v vam vas vaš vaša "
	"vaše vendar več vedno vi vsa vsak vsaka vsako vsaj vse vsega vseh vsem "
	"vsi z za zakaj zaradi zato zelo že"},
    {"sv",
	"alla allt allting annan annat andra att av bara blev bli blir blivit "
	"både de dem den denna deras dess dessa det detta dig din dina ditt "
	"dock du där därför då efter eftersom eller en er era ert ett från "
	"för före genom ha hade han hans har henne hennes hon honom hos hur "
	"här i icke igen in inför ingen inget inom inte ja jag jer ju kan "
	"kring kunde man mellan med men mer mera mest mig min mina mitt mot "
	"mycket många måste ni nu när någon något några nej och också om oss "
	"på redan samma samt sedan ska skall skulle sig sin sina sitt själv "
	"som så sådan sådana sådant till trots tills under upp ur ut utan vad "
	"vadan vara varit varför varje vars vart var vem vems vid vilka vilkas "
	"vilken vilket vill ville vi via vår våra vårt än ännu är även åt "
	"över"},
};

enum { LONGEST = 27 }; /* bytes of a folded word */

struct entry {
	uint32_t langs; /* a bit for each language */
	uint8_t len;    /* 0: a free place */
	char text[LONGEST];
};

/* A power of two, over the words of all lists and those that data may add. */
enum { ROOM = 16384 };

struct text_stops {
	struct entry table[ROOM]; /* open addressing */
};

static struct entry *
find_place(struct text_stops *stops, const char *folded, size_t len)
{
	size_t at = text_hash(TEXT_HASH_SEED, folded, len) & (ROOM - 1);

	while (stops->table[at].len != 0 &&
	    (stops->table[at].len != len ||
		memcmp(stops->table[at].text, folded, len) != 0))
		at = (at + 1) & (ROOM - 1);
	return &stops->table[at];
}

void
text_stops_clear(struct text_stops *stops, int lang)
{
	for (size_t i = 0; i < ROOM; i++)
		stops->table[i].langs &= ~(UINT32_C(1) << lang);
}

bool
text_stops_set(
    struct text_stops *stops, int lang, const char *word, size_t len, bool on)
{
	struct text_folded folded;
	struct entry *entry;

	if (strcspn(word, " \t\r\n") < len)
		return false;
	text_fold(word, len, &folded);
	if (folded.exact.len == 0 || folded.exact.len > LONGEST)
		return false;
	entry = find_place(stops, folded.exact.text, folded.exact.len);
	if (!on) {
		entry->langs &= ~(UINT32_C(1) << lang);
		return true;
	}
	entry->len = folded.exact.len;
	memcpy(entry->text, folded.exact.text, folded.exact.len);
	entry->langs |= UINT32_C(1) << lang;
	return true;
}

static void
add_words(struct text_stops *stops, int lang, const char *words)
{
	while (*words != '\0') {
		size_t len = strcspn(words, " ");
		bool known = text_stops_set(stops, lang, words, len, true);

		assert(known);
		(void)known;
		words += len + (words[len] == ' ');
	}
}

struct text_stops *
text_stops_new(void)
{
	struct text_stops *stops = calloc(1, sizeof(*stops));

	for (size_t i = 0; stops != NULL && i < sizeof(lists) / sizeof(*lists);
	     i++)
		add_words(
		    stops, ecs_lang_find(lists[i].lang, 2), lists[i].words);
	return stops;
}

void
text_stops_free(struct text_stops *stops)
{
	free(stops);
}

uint32_t
text_stops_langs(const struct text_stops *stops, const char *folded, size_t len)
{
	/* Looking changes nothing. */
	return find_place((struct text_stops *)stops, folded, len)->langs;
}
