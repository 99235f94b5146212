from typing import Any

from django.db import migrations


def fill(apps: Any, _editor: Any) -> None:
    """Take over the English names that published versions carry."""
    for procedure in apps.get_model("procedures", "Procedure").objects.exclude(listed=None).select_related("listed"):
        document = procedure.listed.document
        procedure.name_en = document.get("name_en") or document.get("english", {}).get(document["name"], "")
        procedure.save(update_fields=["name_en"])


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0005_english_names'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
