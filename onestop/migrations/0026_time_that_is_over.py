from django.db import migrations


def tell_apart(apps, schema_editor):
    notices = apps.get_model('onestop', 'DeskNotice').objects
    notices.filter(kind='TIME_USED', data__percent=100).update(kind='TIME_OVER')


def tell_as_one(apps, schema_editor):
    apps.get_model('onestop', 'DeskNotice').objects.filter(kind='TIME_OVER').update(kind='TIME_USED')


class Migration(migrations.Migration):

    dependencies = [
        ('onestop', '0025_one_way_of_telling'),
    ]

    operations = [migrations.RunPython(tell_apart, tell_as_one)]
