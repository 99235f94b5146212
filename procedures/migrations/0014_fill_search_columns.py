from django.db import migrations

from procedures.searching.indexing import columns


def fill(apps, schema_editor):
    """Let what is published be found from the text kept so far; each next publishing adds papers and results."""
    for procedure in apps.get_model("procedures", "Procedure").objects.select_related("sector").iterator():
        keywords = procedure.search_text.split(" | ")[2:-1]
        found_by = columns(
            code=procedure.code, name=procedure.name, keywords=keywords, sector=procedure.sector.name, rest=[]
        )
        procedure.search_text, procedure.search_vector = found_by.text, found_by.vector
        procedure.search_traits, procedure.search_length = found_by.traits, found_by.length
        procedure.save(update_fields=["search_text", "search_vector", "search_traits", "search_length"])


class Migration(migrations.Migration):

    dependencies = [("procedures", "0013_synonyms")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
