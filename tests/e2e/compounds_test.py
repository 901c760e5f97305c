#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Compounds are found by their parts, and only by those.

The corpus tells which words are words: each part stands in some text by
itself, as it would in a corpus of any size.
"""
import re
import sys

from daemon import Daemon, claim, run

# language, compound as written, what is asked, what is marked in the compound
COMPOUNDS = [line.split() for line in """
de Netzwerksicherheit Sicherheit sicherheit
de Cybersicherheitsstrategie Sicherheit sicherheit
de Cybersicherheitsstrategie Strategien strategie
de Verhandlungsstrategie Strategie strategie
de Verhandlungsstrategie Verhandlung Verhandlung
de Lieferkettenangriff Angriffe angriff
de Lieferkettenangriff Lieferkette Lieferkette
de Gesundheitswesen Gesundheit Gesundheit
de Datenschutzbehörde Behörden behörde
de Datenschutzbehörde Datenschutz Datenschutz
de Energieversorgung Versorgung versorgung
de Energieversorgung Energien Energie
de Forschungseinrichtungen Einrichtung einrichtungen
de Forschungseinrichtungen Forschung Forschung
de Verschlüsselungsverfahren Verfahren verfahren
de Verschlüsselungsverfahren Verschlüsselung Verschlüsselung
de Krankenhausnetz Krankenhaus Krankenhaus
de Schwachstellenmeldung Meldungen meldung
de Schwachstellenmeldung Schwachstelle Schwachstelle
de Bundesbehörde Behörde behörde
de Straßenverkehr Verkehr verkehr
de Straßenverkehr Straße Straße
nl Netwerkbeveiliging beveiliging beveiliging
nl Netwerkbeveiliging netwerken Netwerk
nl Gezondheidszorg gezondheid Gezondheid
nl Gegevensbescherming bescherming bescherming
nl Gegevensbescherming gegevens Gegevens
nl Toeleveringsketen keten keten
nl Toeleveringsketen toelevering Toelevering
nl Energievoorziening voorzieningen voorziening
nl Energievoorziening energie Energie
nl Onderzoeksinstelling instellingen instelling
nl Onderzoeksinstelling onderzoek Onderzoek
nl Certificeringsregeling regeling regeling
nl Certificeringsregeling certificering Certificering
nl Veiligheidsbeleid beleid beleid
nl Veiligheidsbeleid veiligheid Veiligheid
nl Ziekenhuissysteem systemen systeem
nl Ziekenhuissysteem ziekenhuis Ziekenhuis
nl Vervoersector vervoer Vervoer
nl Versleutelingstechniek technieken techniek
sv Nätverkssäkerhet säkerhet säkerhet
sv Nätverkssäkerhet nätverk Nätverk
sv Cybersäkerhetsstrategi strategier strategi
sv Cybersäkerhetsstrategi säkerheten säkerhet
sv Hälsovård vården vård
sv Dataskydd skydd skydd
sv Leveranskedja kedja kedja
sv Leveranskedja leverans Leverans
sv Energiförsörjning försörjning försörjning
sv Energiförsörjning energi Energi
sv Forskningsinstitut institut institut
sv Forskningsinstitut forskning Forskning
sv Krypteringsmetod metoder metod
sv Krypteringsmetod kryptering Kryptering
sv Sjukhussystem system system
sv Sjukhussystem sjukhus Sjukhus
sv Sårbarhetsrapport rapporter rapport
sv Sårbarhetsrapport sårbarhet Sårbarhet
sv Myndighetsbeslut beslut beslut
sv Myndighetsbeslut myndighet Myndighet
sv Transportsektorn sektorn sektorn
da Netværkssikkerhed sikkerhed sikkerhed
da Forskningsinstitution forskning Forskning
da Sundhedsvæsen sundhed Sundhed
fi Kyberturvallisuus turvallisuus turvallisuus
fi Tietoverkko verkko verkko
fi Energiahuolto energia Energia
hu Hálózatbiztonság biztonság biztonság
hu Kutatóintézet intézet intézet
hu Adatvédelem védelem védelem
et Küberturvalisus turvalisus turvalisus
et Energiavarustus energia Energia
et Andmekaitse kaitse kaitse
""".strip().splitlines()]

# Words in which the other stands by chance, or is no part a reader would see.
DEBRIS = [line.split() for line in """
de Unternehmen nehmen
de Software Ware
de Verbund Bund
de Vorteil Teil
de Wissenschaft Schaft
de Gelegenheit gelegen
de Einrichtung richtung
de Bewertung Wertung
de Zusammenhang Hang
de chemischen Schene
nl ondernemen nemen
nl software ware
nl verband band
nl voordeel deel
nl wetenschap schap
nl overheid heid
nl aanbod bod
sv undersöka söka
sv förtroende troende
sv vetenskap skap
sv möjlighet het
sv avtal tal
da undersøge søge
da overenskomst komst
fi ylivoima voima
""".strip().splitlines()]

PARTS = {
    "de": """Die Sicherheit. Ein Netzwerk. Das Netz. Cyber Angriff und Angriff. Eine Strategie der Verhandlung. Die
             Lieferkette. Die Gesundheit. Ein Wesen. Der Datenschutz. Eine Behörde. Energie und Versorgung. Forschung einer
             Einrichtung. Das Verfahren. Die Verschlüsselung. Ein Krankenhaus. Eine Schwachstelle. Die Meldung. Der Bund, des
             Bundes. Straße und Verkehr. Sie nehmen Ware. Software, Software und Software. Ein Teil. Das Schaft. Richtung und
             Wertung. Ein Hang. Cybersicherheit ist gelegen. Chemie, chemi.""",
    "nl": """De beveiliging van een netwerk. Gezondheid en zorg. Bescherming van gegevens. Een keten van toelevering. De
             voorziening van energie. Een instelling voor onderzoek. Een regeling voor certificering. Het beleid voor
             veiligheid. Het systeem van een ziekenhuis. Het vervoer en de sector. De techniek van versleuteling. Wij nemen
             ware software, software, software. Een band, een deel, een bod, een schap, een heid.""",
    "sv": """Säkerhet i ett nätverk. Cyber säkerhet. En strategi. Hälsa och vård. Data och skydd. En kedja för leverans.
             Försörjning med energi. Ett institut för forskning. En metod för kryptering. Ett system på ett sjukhus. En
             rapport om sårbarhet. Ett beslut av en myndighet. Transport i en sektor. Att söka en troende. Ett skap, ett het
             tal. Hälso.""",
    "da": """Sikkerhed i et netværk. Forskning på en institution. Sundhed er et væsen. At søge en komst.""",
    "fi": """Kyber ja turvallisuus. Tieto ja verkko. Energia ja huolto. Voima.""",
    "hu": """A hálózat és a biztonság. Kutató egy intézet. Az adat és a védelem.""",
    "et": """Küber ja turvalisus. Energia ja varustus. Andme kaitse.""",
}

daemon = None


def load():
    documents = []
    for lang, text in PARTS.items():
        for copy in range(2):
            documents.append({"id": f"parts-{lang}-{copy}", "title": "…", "lang": lang, "kind": "paper",
                              "sections": [{"text": text}]})
    for lang, word, *_ in COMPOUNDS + DEBRIS:
        documents.append({"id": f"{lang}-{word}", "title": "…", "lang": lang, "kind": "paper",
                          "sections": [{"text": f"1234 {word} 5678"}]})
    daemon.bulk("agenda", documents)


def ids(q, lang, **more):
    return {hit["id"]: hit for hit in daemon.search("agenda", q=q, lang=lang, per_page=500, **more)["hits"]}


@claim
def sixty_compounds_are_found_by_a_part():
    lost = [(lang, word, part) for lang, word, part, _ in COMPOUNDS if f"{lang}-{word}" not in ids(part, lang)]
    assert len(COMPOUNDS) >= 60 and not lost, lost


@claim
def the_part_is_what_is_marked():
    wrong = []
    for lang, word, part, marked in COMPOUNDS:
        hit = ids(part, lang).get(f"{lang}-{word}")
        text = hit["passages"][0]["text"] if hit else ""
        found = re.findall("<mark>(.*?)</mark>", text)
        if found != [marked]:
            wrong.append((word, part, text))
    assert not wrong, wrong


@claim
def a_language_need_not_be_named():
    lost = [word for lang, word, part, _ in COMPOUNDS
            if f"{lang}-{word}" not in {h["id"] for h in daemon.search("agenda", q=part, per_page=500)["hits"]}]
    assert not lost, lost


@claim
def what_stands_in_a_word_by_chance_does_not_find_it():
    found = [(word, part) for lang, word, part in DEBRIS if f"{lang}-{word}" in ids(part, lang)]
    assert not found, found


@claim
def the_word_itself_comes_before_its_compounds():
    daemon.bulk("agenda", [{"id": "itself", "title": "…", "lang": "de", "kind": "paper",
                            "sections": [{"text": "1234 Behörden 5678"}]}])
    first = daemon.search("agenda", q="Behörde", lang="de", explain=True)["hits"]
    order = [hit["id"] for hit in first]
    assert order.index("itself") < order.index("de-Bundesbehörde"), order
    reasons = [r["what"] for hit in first if hit["id"] == "de-Bundesbehörde" for r in hit["explain"]["reasons"]]
    assert any("as a part" in reason and "bundesbehorde" in reason for reason in reasons), reasons


@claim
def in_quotes_a_word_is_no_part():
    assert "de-Bundesbehörde" not in ids('"Behörde"', "de")


@claim
def a_new_compound_is_found_at_once():
    daemon.bulk("agenda", [{"id": "new", "title": "…", "lang": "de", "kind": "paper",
                            "sections": [{"text": "Die Meldebehörde Meldung Energiebehörde"}]}])
    assert "new" in ids("Behörde", "de")


@claim
def a_compound_that_is_not_there_leads_to_its_parts():
    hits = daemon.search("agenda", q="Energiesicherheit", lang="de")["hits"]
    assert hits and hits[0]["id"].startswith("parts-de"), hits[:1]


if __name__ == "__main__":
    with Daemon() as daemon:
        load()
        try:
            run()
        except SystemExit as end:
            code = end.code
    sys.exit(code)
