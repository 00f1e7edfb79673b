/** English sentences with their German translations, written by hand: relative clauses and clauses with because. */
export const sentenceTable: { readonly [topic: string]: readonly (readonly [english: string, german: string])[] } = {
  "relative pronoun as subject": [
    ["The man who sees the dog sleeps.", "Der Mann, der den Hund sieht, schläft."],
    ["The woman who has bought the house works.", "Die Frau, die das Haus gekauft hat, arbeitet."],
    ["The child who can dance comes.", "Das Kind, das tanzen kann, kommt."],
    ["The boys who do not want to sleep play.", "Die Jungen, die nicht schlafen wollen, spielen."],
    ["We feed a cat that has followed the boy.", "Wir füttern eine Katze, die dem Jungen gefolgt ist."],
    ["She sees birds that play in the garden.", "Sie sieht Vögel, die im Garten spielen."],
    ["The prince who gives the girl a flower must go.", "Der Prinz, der dem Mädchen eine Blume gibt, muss gehen."],
    ["A guest who has not come loses the key.", "Ein Gast, der nicht gekommen ist, verliert den Schlüssel."],
  ],
  "relative pronoun as accusative object": [
    ["The man whom the woman sees sleeps.", "Der Mann, den die Frau sieht, schläft."],
    ["The queen whom he has invited dances.", "Die Königin, die er eingeladen hat, tanzt."],
    ["The girl whom we must visit works.", "Das Mädchen, das wir besuchen müssen, arbeitet."],
    ["The guests whom they hear dance.", "Die Gäste, die sie hören, tanzen."],
    ["She washes the apple that the child wants to eat.", "Sie wäscht den Apfel, den das Kind essen will."],
    ["He buys the book that she does not understand.", "Er kauft das Buch, das sie nicht versteht."],
    ["The lion that the king loves sleeps.", "Der Löwe, den der König liebt, schläft."],
    [
      "He eats the cakes that my aunt has given the children.",
      "Er isst die Kuchen, die meine Tante den Kindern gegeben hat.",
    ],
    ["We visit a city that the prince admires.", "Wir besuchen eine Stadt, die der Prinz bewundert."],
  ],
  "relative pronoun as dative object": [
    ["The boy whom she helps plays.", "Der Junge, dem sie hilft, spielt."],
    ["The aunt whom we thank sleeps.", "Die Tante, der wir danken, schläft."],
    ["The horse that the children follow stays.", "Das Pferd, dem die Kinder folgen, bleibt."],
    ["The uncles whom he has helped work.", "Die Onkel, denen er geholfen hat, arbeiten."],
    ["The man to whom she gives a key comes.", "Der Mann, dem sie einen Schlüssel gibt, kommt."],
    ["A sister to whom he shows the house stays.", "Eine Schwester, der er das Haus zeigt, bleibt."],
    [
      "They love the child to whom the queen has promised a horse.",
      "Sie lieben das Kind, dem die Königin ein Pferd versprochen hat.",
    ],
    [
      "The women to whom we do not lend books sell the car.",
      "Die Frauen, denen wir keine Bücher leihen, verkaufen das Auto.",
    ],
  ],
  "relative clause at the end": [
    ["He has seen the dog that the child loves.", "Er hat den Hund gesehen, den das Kind liebt."],
    ["She invites the prince who has written the letter.", "Sie lädt den Prinzen ein, der den Brief geschrieben hat."],
    ["They do not find the mouse that sleeps.", "Sie finden die Maus nicht, die schläft."],
    ["We want to help the man who has lost his hat.", "Wir wollen dem Mann helfen, der seinen Hut verloren hat."],
    ["He has not bought a car that he can repair.", "Er hat kein Auto gekauft, das er reparieren kann."],
    [
      "Now the girl gives the boy an apple that she has washed.",
      "Jetzt gibt das Mädchen dem Jungen einen Apfel, den sie gewaschen hat.",
    ],
    ["Today the man who works sees the woman.", "Heute sieht der Mann, der arbeitet, die Frau."],
  ],
  "because in the present": [
    ["He sleeps because she works.", "Er schläft, weil sie arbeitet."],
    ["She buys bread because the children eat soups.", "Sie kauft Brot, weil die Kinder Suppen essen."],
    ["We help the man because he gives our sister milk.", "Wir helfen dem Mann, weil er unserer Schwester Milch gibt."],
    ["They go because the boy does not come.", "Sie gehen, weil der Junge nicht kommt."],
    ["She dances because he does not feed a lion.", "Sie tanzt, weil er keinen Löwen füttert."],
  ],
  "because with perfect and modal verbs": [
    ["The girl plays because she has found the cat.", "Das Mädchen spielt, weil sie die Katze gefunden hat."],
    ["The king sleeps because the guests have gone.", "Der König schläft, weil die Gäste gegangen sind."],
    ["The woman works because she must buy a house.", "Die Frau arbeitet, weil sie ein Haus kaufen muss."],
    [
      "He writes a letter because he cannot visit the prince.",
      "Er schreibt einen Brief, weil er den Prinzen nicht besuchen kann.",
    ],
    [
      "We stay because the children should not go to the forest.",
      "Wir bleiben, weil die Kinder nicht zum Wald gehen sollten.",
    ],
    [
      "The dogs follow the boy because he is allowed to carry the bread.",
      "Die Hunde folgen dem Jungen, weil er das Brot tragen darf.",
    ],
    [
      "She thanks the uncle because he has shown the girls his school.",
      "Sie dankt dem Onkel, weil er den Mädchen seine Schule gezeigt hat.",
    ],
    [
      "They sell the car because they do not want to wash a car.",
      "Sie verkaufen das Auto, weil sie kein Auto waschen wollen.",
    ],
  ],
  "everything at once": [
    [
      "Today the old man gives the child a red apple because he has eaten the cake.",
      "Heute gibt der alte Mann dem Kind einen roten Apfel, weil er den Kuchen gegessen hat.",
    ],
    [
      "Perhaps the queen must sell the horse that the princes have fed because she wants to buy a new house.",
      "Vielleicht muss die Königin das Pferd verkaufen, das die Prinzen gefüttert haben, weil sie ein neues Haus kaufen will.",
    ],
    [
      "The boy who carries my bag has not seen the key of our uncle because the guests play in the kitchen.",
      "Der Junge, der meine Tasche trägt, hat den Schlüssel unseres Onkels nicht gesehen, weil die Gäste in der Küche spielen.",
    ],
    [
      "Sometimes my sister invites the women from the city because she has painted many beautiful pictures.",
      "Manchmal lädt meine Schwester die Frauen aus der Stadt ein, weil sie viele schöne Bilder gemalt hat.",
    ],
    [
      "Now two hungry lions follow the man with the bread because he does not hear the big lions.",
      "Jetzt folgen zwei hungrige Löwen dem Mann mit dem Brot, weil er die großen Löwen nicht hört.",
    ],
    [
      "The rich aunt does not want to lend the friendly girls a car because the boys have lost the key that she has held.",
      "Die reiche Tante will den freundlichen Mädchen kein Auto leihen, weil die Jungen den Schlüssel verloren haben, den sie gehalten hat.",
    ],
  ],
};
